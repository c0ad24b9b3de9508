"""Questions about what was told, words that stand for several organisations, and how far without a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from loket.directory import Directory
from loket.understanding.further import FurtherQuestions
from tests.actions.conftest import ActionServer, Said
from tests.actions.test_actions_dialogue import check, understood
from tests.actions.test_actions_status import COMPOSER

KINDS = sorted(FurtherQuestions.load(Path("data/antwoorden/vervolgvragen.yaml")).kinds - {"taal"})
UMBRELLAS = yaml.safe_load(Path("data/antwoorden/paraplu.yaml").read_text(encoding="utf-8"))
INDEX = Directory.load(Path("data/verwijsindex"))
TOLD = ["product:paspoort_aanvragen", "product:huurtoeslag", "organisation:svb", "organisation:gemeente", "bezwaar:", "status:",
        "zaak:", "event:verhuizen", "keuze:product=bijstand_aanvragen,organisatie=gemeente,organisatie=uwv",
        "keuze:paraplu.uitkering,organisatie=uwv,organisatie=svb"]  # fmt: skip


async def ask(server: ActionServer, about: str, *kinds: str, **facts: Any) -> Said:
    """A further question of some kinds after something was told."""
    found = {**understood("antwoord", {"nibud": 0.9}), "erbij": list(kinds), "taal": facts.pop("taal", "nl")}
    return await server.run("action_vervolg", text="en dat?", understanding=found, context={"facts": {"over": about, **facts}})


@pytest.mark.parametrize("about", TOLD)
async def test_there_is_an_answer_to_every_kind_after_everything(server: ActionServer, about: str) -> None:
    for kind in KINDS:
        said = await ask(server, about, kind, organisatie="cjib")
        check(said)
        assert said.handoff is None and "nibud" not in str(said.payloads)


@pytest.mark.parametrize(("about", "kind", "key"), [
    ("product:paspoort_aanvragen", "termijn", "erbij.termijn"), ("product:paspoort_aanvragen", "kosten", "erbij.kosten_onbekend"),
    ("product:geboorte_aangeven", "kosten", "erbij.kosten"), ("product:huurtoeslag", "contact", "erbij.contact"),
    ("organisation:svb", "contact", "erbij.contact_onbekend"), ("product:huurtoeslag", "openingstijden", "erbij.openingstijden"),
    ("bezwaar:", "termijn", "erbij.termijn"), ("status:", "contact", "erbij.weet_niet"), ("status:", "mag", "erbij.mag"),
])  # fmt: skip
async def test_what_the_verwijsindex_says_is_told_and_what_it_lacks_is_not_guessed(
    server: ActionServer, about: str, kind: str, key: str
) -> None:
    said = await ask(server, about, kind)
    assert said.keys[0] == key
    whole = COMPOSER.utterance(said.payloads[0]["utterance"], {})
    assert any(button.payload == "/mens" for button in whole.buttons)
    assert not key.endswith("_onbekend") or whole.links, "where it can be found"


@pytest.mark.parametrize(("about", "keys"), [
    ("organisation:gemeente", ["erbij.waar", "erbij.waar_afspraak"]), ("organisation:duo", ["erbij.waar", "erbij.waar_loket"]),
    ("organisation:cjib", ["erbij.waar", "erbij.waar_onbekend", "erbij.kijk"]), ("organisation:113", ["erbij.waar"]),
    ("organisation:veiligthuis", ["erbij.waar"]), ("organisation:werkgever", ["erbij.waar"]),
])  # fmt: skip
async def test_nobody_is_sent_to_a_counter_that_may_not_be_there(server: ActionServer, about: str, keys: list[str]) -> None:
    said = await ask(server, about, "waar")
    check(said)
    assert said.keys == keys


async def test_after_how_far_it_is_the_organisation_of_that_question_counts(server: ActionServer) -> None:
    assert (await ask(server, "status:toeslagen", "contact")).keys == ["erbij.contact"]
    other = await ask(server, "status:", "contact", organisatie="cjib")
    assert other.keys == ["erbij.weet_niet"] and "CJIB" not in str(other.payloads)


async def test_where_to_ask_is_said_once_for_two_questions(server: ActionServer) -> None:
    said = await ask(server, "organisation:svb", "kosten", "online")
    assert said.keys == ["erbij.kosten_onbekend", "erbij.online_onbekend", "erbij.kijk"]


async def test_the_choices_stay_after_a_question_about_them(server: ActionServer) -> None:
    for about, buttons in ((TOLD[-2], {"/mens"}), (TOLD[-1], {'/kies{"organisatie": "svb"}'})):
        said = await ask(server, about, "waar")
        assert buttons <= {button.get("payload") or f"/{button['name']}" for button in said.payloads[0]["utterance"]["buttons"]}
    named = await ask(server, TOLD[-1], "contact")
    assert "www.svb.nl" in named.parts[0]["values"]["routes"]


async def test_the_language_is_said_in_that_language(server: ActionServer) -> None:
    assert (await ask(server, "organisation:svb", "taal", taal="pl")).keys == ["taal.pl"]


@pytest.mark.parametrize("umbrella", UMBRELLAS, ids=lambda one: one["vraag"])
def test_the_choices_of_a_word_exist_and_fit_on_a_button(umbrella: dict[str, Any]) -> None:
    for choice in umbrella["keuzes"]:
        assert choice["organisatie"] in INDEX.organisations and len(choice.get("kort", choice["titel"])) <= 20
        product = choice.get("product")
        assert product is None or choice["organisatie"] in INDEX.products[product].organisaties


@pytest.mark.parametrize(("text", "question"), [
    ("mijn uitkering is niet gestort", "paraplu.uitkering"), ("boete gekregen", "paraplu.boete"),
    ("vraag over mijn toeslag", "paraplu.toeslag"), ("een brief over belasting betalen", "paraplu.belasting"),
    ("mijn ww uitkering is niet gestort", None), ("boete voor te hard rijden", None), ("mijn huurtoeslag", None),
    ("belasting", None),
])  # fmt: skip
async def test_a_word_for_several_organisations_is_asked_about_once(
    server: ActionServer, text: str, question: str | None
) -> None:
    found = understood("antwoord", {"uwv": 0.9})
    said = await server.run("action_antwoord", text=text, understanding=found)
    assert (question in said.keys) == (question is not None) and (said.slots["verduidelijkt"] is True) == (question is not None)
    again = await server.run("action_antwoord", text=text, understanding=found, slots={"verduidelijkt": True})
    assert not any(key.startswith("paraplu.") for key in again.keys)


@pytest.mark.parametrize("text", [
    "Mijn vader is overleden. Wat gebeurt er met zijn uitkering?", "We liggen in scheiding, wat met de toeslagen?",
])  # fmt: skip
async def test_what_happened_comes_before_a_word_for_several_organisations(server: ActionServer, text: str) -> None:
    said = await server.run("action_antwoord", text=text, understanding=understood("antwoord", {"uwv": 0.5}))
    assert not any(key.startswith("paraplu.") for key in said.keys) and said.facts["over"].startswith("event:")


async def test_nothing_is_asked_when_the_subject_is_known(server: ActionServer) -> None:
    facts = {"organisatie": "uwv", "laatste": "organisation:uwv"}
    said = await server.run("action_antwoord", text="en mijn uitkering", understanding=understood("antwoord", {"uwv": 0.9}),
                            context={"facts": facts})  # fmt: skip
    assert not any(key.startswith("paraplu.") for key in said.keys)


async def test_words_are_kept_with_those_before_them(server: ActionServer) -> None:
    joined = {**understood("antwoord", {"gemeente": 0.9}, {"paspoort_aanvragen": 0.9}), "samen": True, "alleen": "huurtoeslag"}
    said = await server.run("action_antwoord", text="verlopen", understanding=joined, context={"facts": {"vraag": "paspoort"}})
    assert (said.facts["vraag"], said.facts["over"]) == ("paspoort verlopen", "product:paspoort_aanvragen")
    assert any("huurtoeslag" in button["payload"] for button in said.payloads[0]["utterance"]["buttons"]), "what it means alone"
    pressed = await server.run("action_kies", text='/kies{"product": "huurtoeslag"}', entities={"product": "huurtoeslag"},
                               context={"facts": {"vraag": "paspoort"}})  # fmt: skip
    assert pressed.facts["vraag"] == "paspoort"


async def test_of_words_that_belong_together_the_newest_are_kept(server: ActionServer) -> None:
    joined = {**understood("antwoord", {"gemeente": 0.9}, {"paspoort_aanvragen": 0.9}), "samen": True}
    told = {"facts": {"vraag": " ".join(["paspoort"] * 30)}}
    said = await server.run("action_antwoord", text="verlopen", understanding=joined, context=told)
    assert said.facts["vraag"].endswith("paspoort verlopen") and len(said.facts["vraag"]) <= 200
    added = await server.run("action_antwoord", text="en haar auto", understanding={**joined, "toegevoegd": True},
                             context={"facts": {"vraag": "moeder overleden"}})  # fmt: skip
    assert added.facts["vraag"] == "moeder overleden", "what is added next does not belong to her car"
    alone = await server.run("action_antwoord", text="rijbewijs " + "x" * 300, understanding={**joined, "samen": False})
    assert alone.facts["vraag"].startswith("rijbewijs") and len(alone.facts["vraag"]) <= 200


async def test_how_far_without_a_number_is_asked_where_it_is_handled(server: ActionServer) -> None:
    found = understood("status", {"gemeente": 0.9}, {"gehandicaptenparkeerkaart": 0.9})
    said = await server.run("action_geen_nummer", text="voor een kaart", understanding=found)
    assert said.keys == ["status.zonder_nummer"] and said.facts["organisatie"] == "gemeente"
    assert (await server.run("action_geen_nummer")).keys[0] == "status.geen_nummer"


async def test_a_question_that_names_nothing_tells_no_organisation(server: ActionServer) -> None:
    found = understood("status", {"ind": 0.9})
    ask_number = "action_ask_zaakstatus_form_zaaknummer"
    assert "organisatie" not in (await server.run(ask_number, text="hoe ver is mijn aanvraag", understanding=found)).facts
    named = await server.run(ask_number, text="hoe ver is mijn verblijfsvergunning", understanding=found)
    assert (named.facts["organisatie"], named.facts["over"]) == ("ind", "status:ind")
    number = "ZAAK-2026-0000000001"
    factor = await server.run("action_ask_zaakstatus_form_tweede_factor", text=number, slots={"zaaknummer": number},
                              context={"facts": named.facts})  # fmt: skip
    assert factor.facts["over"] == "status:ind"


async def test_a_question_for_a_number_is_settled_when_nothing_was_found(server: ActionServer) -> None:
    known = {"zaaknummer": "ZAAK-2026-8888888888", "tweede_factor": {"geboortedatum": "1993-03-03"}}
    for action in ("action_zaakstatus", "action_mens"):
        said = await server.run(action, text="03-03-1993", slots=known, context={"facts": {"over": "status:"}})
        assert said.facts["over"] == ""
    said = await server.run("action_mens", text="mens", context={"facts": {"over": "product:huurtoeslag"}})
    assert "over" not in said.facts
