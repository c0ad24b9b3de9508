"""What the other actions mean: the references resolve, the hand-offs are right, nothing is a dead end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from tests.actions.conftest import ActionServer, Said
from tests.actions.test_actions_status import COMPOSER

DOMAIN = yaml.safe_load(Path("bot/domain/dialogue.yml").read_text(encoding="utf-8"))
INTENTS = yaml.safe_load(Path("bot/domain/intents.yml").read_text(encoding="utf-8"))["intents"]


def understood(outcome: str, organisations: dict[str, float] | None = None, products: dict[str, float] | None = None,
               score: float = 0.9) -> dict[str, Any]:  # fmt: skip
    """A result of the understanding."""
    return {
        "uitkomst": outcome, "score": score, "entiteiten": {}, "taal": "nl", "crisis": None,
        "organisaties": [{"id": i, "score": s} for i, s in (organisations or {}).items()],
        "producten": [{"id": i, "score": s} for i, s in (products or {}).items()],
    }  # fmt: skip


def check(said: Said) -> None:
    """Every reference resolves in both forms, and there is a way on: a button, a link, a number, or a human who comes."""
    assert said.payloads
    for short in (False, True):
        rendered = [COMPOSER.utterance(p["utterance"], {}, short) for p in said.payloads if "utterance" in p]
        assert rendered and all(r.text.strip() for r in rendered)
        assert said.handoff or any(r.buttons or r.links or r.phones for r in rendered)


async def test_every_action_of_the_dialogue_exists(server: ActionServer) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/actions") as answer:
        registered = {action["name"] for action in await answer.json()}
    assert set(DOMAIN["actions"]) <= registered
    used = {name for path in Path("data/rules").glob("*.yml") for name in re.findall(r"action: (action_\w+)", path.read_text())}
    assert used - {"action_deactivate_loop", "action_listen"} <= set(DOMAIN["actions"])


def test_every_intent_has_a_rule() -> None:
    rules = "\n".join(path.read_text(encoding="utf-8") for path in Path("data/rules").glob("*.yml"))
    for intent in INTENTS:
        assert f"intent: {next(iter(intent))}\n" in rules, intent


@pytest.mark.parametrize(
    ("action", "reason", "urgency"),
    [
        ("action_mens", "human", "normaal"), ("action_klacht", "klacht", "normaal"), ("action_maatwerk", "maatwerk", "hoog"),
        ("action_crisis", "crisis", "spoed"),
    ],
)  # fmt: skip
async def test_what_needs_a_human_goes_to_one(server: ActionServer, action: str, reason: str, urgency: str) -> None:
    for organisations in ({}, {"uwv": 0.9}):
        said = await server.run(action, understanding=understood(reason, organisations))
        check(said)
        assert said.handoff == {"reason": reason, "urgency": urgency}


@pytest.mark.parametrize("action", ["action_smalltalk", "action_wat_kun_je", "action_bezwaar", "action_buiten_bereik",
                                    "action_geen_nummer", "action_gegevens", "action_onbegrepen"])  # fmt: skip
async def test_what_needs_no_human_offers_a_way_on(server: ActionServer, action: str) -> None:
    for facts in ({}, {"organisatie": "uwv"}):
        said = await server.run(action, text="Hallo", understanding=understood("smalltalk"), context={"facts": facts})
        check(said)
        assert said.handoff is None


@pytest.mark.parametrize("route", ["112", "113", "veiligthuis", "kind"])
async def test_every_route_of_the_crisis_gate_gives_numbers(server: ActionServer, route: str) -> None:
    said = await server.run("action_crisis", understanding={**understood("crisis"), "crisis": route})
    phones = COMPOSER.utterance(said.payloads[0]["utterance"], {}).phones
    assert phones and "112" in [number for _, number in phones]


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (understood("antwoord", {"gemeente": 0.9}, {"paspoort_aanvragen": 0.9}), "product"),
        (understood("antwoord", {"uwv": 0.9}, {}), "organisation"),
        (understood("antwoord", {"uwv": 0.4, "gemeente": 0.35}, {"ww_aanvragen": 0.2}), "verduidelijk.organisatie"),
        (understood("antwoord", {"uwv": 0.3, "gemeente": 0.1}, {}), "twee_routes"),
        (understood("antwoord", {"uwv": 0.05}, {}), "onbegrepen"),
        (understood("antwoord"), "onbegrepen"),
    ],
)
async def test_a_question_is_answered_asked_about_or_admitted(server: ActionServer, found: dict[str, Any], kind: str) -> None:
    said = await server.run("action_antwoord", text="iets", understanding=found)
    check(said)
    assert any(kind in part or part.get("key") == kind for part in said.parts), said.parts


async def test_there_is_never_a_second_clarifying_question_in_a_row(server: ActionServer) -> None:
    found = understood("antwoord", {"uwv": 0.4, "gemeente": 0.35})
    said = await server.run("action_antwoord", text="iets", understanding=found, slots={"verduidelijkt": True})
    assert "verduidelijk.organisatie" not in said.keys and said.slots["verduidelijkt"] is False


async def test_twice_not_understood_is_a_human(server: ActionServer) -> None:
    first = await server.run("action_onbegrepen", slots={"misverstanden": 0})
    assert first.handoff is None and first.slots["misverstanden"] == 1
    second = await server.run("action_onbegrepen", slots={"misverstanden": 1})
    check(second)
    assert second.handoff == {"reason": "misunderstood", "urgency": "normaal"}


def turns(*intents: str) -> list[dict[str, Any]]:
    """The citizen's turns as Rasa tells them."""
    return [{"event": "user", "parse_data": {"intent": {"name": intent}}} for intent in intents]


@pytest.mark.parametrize(
    ("intents", "human"),
    [
        (["antwoord", "klopt_niet"], False), (["klopt_niet", "antwoord", "klopt_niet"], True), (["klopt_niet"], False),
        (["klopt_niet", "antwoord", "smalltalk", "klopt_niet"], False), (["klopt_niet", "klopt_niet"], True),
    ],
)  # fmt: skip
async def test_twice_not_meant_is_a_human(server: ActionServer, intents: list[str], human: bool) -> None:
    said = await server.run("action_klopt_niet", slots={"misverstanden": 0}, events=turns(*intents), intent="klopt_niet")
    assert (said.handoff is not None) == human


@pytest.mark.parametrize(
    ("entities", "part"),
    [
        ({"product": "paspoort_aanvragen"}, {"product": "paspoort_aanvragen"}), ({"organisatie": "uwv"}, {"organisation": "uwv"}),
        ({"product": "bestaat_niet"}, {"key": "onbegrepen", "values": {}}), ({}, {"key": "onbegrepen", "values": {}}),
    ],
)  # fmt: skip
async def test_a_choice_is_answered(server: ActionServer, entities: dict[str, str], part: dict[str, Any]) -> None:
    said = await server.run("action_kies", entities=entities, intent="kies")
    check(said)
    assert said.parts[0] == part


async def test_what_is_learned_is_said_once_and_never_empty(server: ActionServer) -> None:
    found = understood("antwoord", {"gemeente": 0.9}, {"paspoort_aanvragen": 0.9})
    said = await server.run("action_antwoord", text="paspoort", understanding=found, entities={"gemeente": "Utrecht"})
    assert said.facts["gemeente"] == "Utrecht" and said.facts["product"] == "paspoort_aanvragen"
    assert all(value for value in said.facts.values())


async def test_an_unknown_action_is_an_error_not_silence(server: ActionServer) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"{server.url}/webhook", json={"next_action": "action_bestaat_niet",
                                                          "tracker": {}, "domain": {}, "sender_id": "x"}) as answer:  # fmt: skip
        assert answer.status == 404


async def test_the_wish_for_a_human_is_not_about_a_help_line(server: ActionServer) -> None:
    found = {"uitkomst": "mens", "organisaties": [{"id": "luisterlijn", "score": 0.97}, {"id": "gemeente", "score": 0.01}]}
    assert "organisatie" not in (await server.run("action_mens", text="kan ik iemand spreken", understanding=found)).facts
    named = {"uitkomst": "mens", "organisaties": [{"id": "uwv", "score": 0.97}]}
    assert (await server.run("action_mens", text="iemand van het uwv", understanding=named)).facts["organisatie"] == "uwv"
