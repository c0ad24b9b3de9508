"""How far is my case: every variety of the demo case system, and every way in which nothing is told."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loket.answers.compose import Composer
from loket.answers.texts import Texts
from loket.directory import Directory
from loket.identity.attempts import LIMIT
from loket.store import Store
from loket.store.schema import Lookup
from tests.actions.conftest import ActionServer, Said

COMPOSER = Composer(Texts.load(Path("data/antwoorden")), Directory.load(Path("data/verwijsindex")))
NUMBER = "ZAAK-2026-%010d"


def born(day: str) -> dict[str, str]:
    """A birth date as the second factor, ISO."""
    return {"geboortedatum": day}


def lives(postcode: str, number: str) -> dict[str, str]:
    """A postcode and a house number as the second factor."""
    return {"postcode": postcode, "huisnummer": number}


def context(**more: Any) -> dict[str, Any]:
    """What the gateway tells with a message; each call is another citizen."""
    return {"facts": {}, "conversation": str(uuid.uuid4()), "address": f"web:{uuid.uuid4()}", "seq": 7, **more}


async def look_up(server: ActionServer, number: str, factor: dict[str, str], told: dict[str, Any] | None = None) -> Said:
    """Ask for a case with both facts given."""
    return await server.run("action_zaakstatus", slots={"zaaknummer": number, "tweede_factor": factor}, context=told or context())


def unknown_number() -> str:
    """The number of no case, another one each time."""
    return f"ZAAK-2027-{uuid.uuid4().int % 10**10:010d}"


def words(said: Said, short: bool = False) -> str:
    """What a citizen reads."""
    return "\n".join(COMPOSER.utterance(p["utterance"], {}, short).text for p in said.payloads if "utterance" in p)


@pytest.mark.parametrize(
    ("number", "factor", "told", "not_told"),
    [
        (1, born("1980-03-12"), ["zaak.gestart", "zaak.status", "zaak.volgende", "zaak.beslisdatum"], ["zaak.te_laat"]),
        (1, lives("1234AB", "10"), ["zaak.status"], ["zaak.te_laat"]),
        (2, born("1991-07-30"), ["zaak.status", "zaak.te_laat"], ["zaak.beslisdatum"]),
        (3, born("1980-03-12"), ["zaak.klaar", "zaak.niet_eens"], ["zaak.te_laat", "zaak.volgende"]),
        (4, lives("1235AA", "221"), ["zaak.klaar", "zaak.niet_eens"], ["zaak.te_laat"]),
        (5, born("1974-01-19"), ["zaak.opgeschort"], ["zaak.te_laat", "zaak.beslisdatum"]),
        (6, born("1997-05-05"), ["zaak.verlengd"], ["zaak.te_laat"]),
        (8, born("1988-02-14"), ["zaak.zonder_status"], ["zaak.status"]),
        (9, born("1985-12-31"), ["zaak.beslisdatum"], ["zaak.te_laat"]),
        (10, born("1959-12-01"), ["zaak.status"], ["zaak.te_laat"]),
        (11, lives("4321ZZ", "102"), ["zaak.opgeschort"], ["zaak.te_laat"]),
        (14, born("1959-12-01"), ["zaak.geen_beslisdatum"], ["zaak.te_laat", "zaak.beslisdatum"]),
        (15, born("1991-07-30"), ["zaak.status"], []),
    ],
)  # fmt: skip
async def test_a_case_is_told_honestly(
    server: ActionServer, number: int, factor: dict[str, str], told: list[str], not_told: list[str]
) -> None:
    said = await look_up(server, NUMBER % number, factor)
    assert set(told) <= set(said.keys), said.keys
    assert not set(not_told) & set(said.keys), said.keys
    assert said.keys[0].startswith("zaak.wat") and said.keys[-1] == "zaak.verder"
    assert NUMBER % number in words(said)
    assert NUMBER % number not in words(said, short=True), "no number of a case in an SMS"
    card = said.card
    assert card["number"] == NUMBER % number and card["late"] == ("zaak.te_laat" in said.keys)
    assert [step["state"] for step in card["steps"]].count("current") <= 1
    assert (card["due"] is None) == (not {"zaak.beslisdatum", "zaak.te_laat"} & set(said.keys))
    assert said.facts["vertrouwen"] == "kenmerk" and said.facts["zaken"]["7"]["nummer"] == NUMBER % number
    assert said.slots["zaaknummer"] is None and said.slots["tweede_factor"] is None, "asked anew for the next case"
    assert "0001-01-01" not in words(said) and "None" not in words(said)


async def test_what_was_found_before_is_kept(server: ActionServer) -> None:
    before = {"3": {"nummer": NUMBER % 3, "stand": "Toegekend"}}
    said = await look_up(server, NUMBER % 1, born("1980-03-12"), context(facts={"zaken": before}))
    assert set(said.facts["zaken"]) == {"3", "7"}


@pytest.mark.parametrize(
    ("number", "factor"),
    [
        (NUMBER % 1, born("1980-03-13")),
        (NUMBER % 1, lives("1234AB", "11")),
        (NUMBER % 7, born("1968-09-23")),
        (NUMBER % 12, born("1980-03-12")),
        (NUMBER % 13, born("1980-03-12")),
        ("ZAAK-2026-7777777777", born("1980-03-12")),
        ("K4R-19", lives("1234AB", "10")),
        ("   ", born("1980-03-12")),
        ("x" * 500, born("1980-03-12")),
    ],
)
async def test_nothing_tells_whether_a_number_exists(server: ActionServer, number: str, factor: dict[str, str]) -> None:
    reference = await look_up(server, unknown_number(), born("1990-01-01"))
    said = await look_up(server, number, factor)
    assert (said.payloads, said.slots) == (reference.payloads, reference.slots)
    assert said.keys == ["status.niet_gevonden"] and said.facts == {}


async def test_the_limit_holds_across_two_processes(server: ActionServer, second_server: ActionServer) -> None:
    number = unknown_number()
    for attempt in range(LIMIT):
        said = await look_up((server, second_server)[attempt % 2], number, born("1990-01-01"))
        assert said.keys == ["status.niet_gevonden"]
    for spelling in (number, number.lower(), number.replace("-", " ")):
        for one in (server, second_server):
            assert (await look_up(one, spelling, born("1990-01-01"))).keys == ["status.te_vaak"]
    other = await look_up(second_server, unknown_number(), born("1990-01-01"))
    assert other.keys == ["status.niet_gevonden"], "another number of another citizen"


async def test_one_citizen_can_not_try_many_numbers_and_stops_nobody_else(
    server: ActionServer, second_server: ActionServer
) -> None:
    told = context()
    for attempt in range(LIMIT):
        number = unknown_number()
        assert (await look_up((server, second_server)[attempt % 2], number, born("1990-01-01"), told)).keys == [
            "status.niet_gevonden"
        ]
    assert (await look_up(server, NUMBER % 1, born("1980-03-12"), told)).keys == ["status.te_vaak"]
    assert (await look_up(server, NUMBER % 1, born("1980-03-12"))).card["number"] == NUMBER % 1


async def test_success_in_between_does_not_give_new_guesses(server: ActionServer) -> None:
    told = context()
    for attempt in range(LIMIT):
        assert (await look_up(server, unknown_number(), born("1990-01-01"), told)).keys == ["status.niet_gevonden"]
        if attempt < LIMIT - 1:
            assert (await look_up(server, NUMBER % 10, born("1959-12-01"), told)).card["number"] == NUMBER % 10
    assert (await look_up(server, unknown_number(), born("1990-01-01"), told)).keys == ["status.te_vaak"]


async def test_success_itself_does_not_count(server: ActionServer) -> None:
    told = context()
    for _ in range(2 * LIMIT):
        assert (await look_up(server, NUMBER % 9, born("1985-12-31"), told)).card["number"] == NUMBER % 9


async def test_a_case_system_that_does_not_answer_is_told_by_name(cut_off_server: ActionServer) -> None:
    said = await look_up(cut_off_server, NUMBER % 1, born("1980-03-12"))
    assert said.keys == ["status.storing", "status.deels_storing"]
    assert "het zaaksysteem van Demodam" in words(said) and "niet aan u" in words(said)
    assert said.facts == {}


async def test_every_look_up_is_recorded_without_the_second_factor(server: ActionServer, actions_database: str) -> None:
    told = context()
    await look_up(server, NUMBER % 1, born("1980-03-12"), told)
    await look_up(server, "ZAAK-2026-6666666666", born("1980-03-12"), told)
    store = Store.connect(actions_database)
    try:
        async with store.read() as session:
            rows = list(
                await session.scalars(select(Lookup).where(Lookup.conversation_id == told["conversation"]).order_by(Lookup.id))
            )
    finally:
        await store.close()
    assert [(r.case_number, r.outcome, r.trust, r.actor) for r in rows] == [
        (NUMBER % 1, "found", "kenmerk", "bot"),
        ("ZAAK-2026-6666666666", "not_found", "kenmerk", "bot"),
    ]
    assert all("1980" not in f"{r.purpose}{r.case_number}" for r in rows)


# -- asking for what is needed -----------------------------------------------------------------------------------


async def validate(server: ActionServer, text: str, requested: str | None, intent: str = "status", **entities: Any) -> Said:
    """What the form reads out of a message."""
    slots = {"requested_slot": requested, "zaaknummer": None, "tweede_factor": None}
    return await server.run("validate_zaakstatus_form", text=text, slots=slots, entities=entities, intent=intent,
                            understanding={"uitkomst": intent, "score": 0.9, "entiteiten": entities})  # fmt: skip


async def test_both_facts_are_read_from_one_message(server: ActionServer) -> None:
    text = f"Hoe ver is {NUMBER % 1}? Ik ben geboren op 12-03-1980"
    said = await validate(server, text, None, zaaknummer=NUMBER % 1, geboortedatum="1980-03-12")
    assert said.slots["zaaknummer"] == NUMBER % 1 and said.slots["tweede_factor"] == born("1980-03-12")


@pytest.mark.parametrize(("text", "factor"), [("12 maart 1980", born("1980-03-12")), ("1234 AB nr 10", lives("1234AB", "10"))])
async def test_the_second_factor_is_read_in_the_forms_people_use(server: ActionServer, text: str, factor: dict[str, str]) -> None:
    assert (await validate(server, text, "tweede_factor", "gegevens")).slots["tweede_factor"] == factor


async def test_the_digits_of_the_number_are_no_birth_date(server: ActionServer) -> None:
    number = "ZAAK-12-03-1980"
    assert (await validate(server, number, "tweede_factor", "gegevens", zaaknummer=number)).slots.get("tweede_factor") is None


async def test_an_answer_without_anything_is_asked_again_by_the_form(server: ActionServer) -> None:
    said = await validate(server, "weet ik niet", "zaaknummer", "gegevens")
    assert said.slots["zaaknummer"] is None and said.payloads == []
    assert "zaaknummer" not in (await validate(server, "Hoe vraag ik een paspoort aan?", "zaaknummer", "antwoord")).slots


@pytest.mark.parametrize("slot", ["zaaknummer", "tweede_factor"])
async def test_the_third_time_a_human_takes_over(server: ActionServer, slot: str) -> None:
    slots: dict[str, Any] = {"pogingen_gegevens": 0}
    keys = []
    for _ in range(3):
        said = await server.run(f"action_ask_zaakstatus_form_{slot}", slots=slots)
        keys.append(said.keys[0])
        slots = {**slots, **said.slots}
    assert len(set(keys)) == 3 and keys[-1] == "onbegrepen.opnieuw"
    assert said.handoff == {"reason": "misunderstood", "urgency": "normaal"}


def named(*numbers: str) -> dict[str, Any]:
    """An earlier message of the citizen with case numbers in it."""
    return {"event": "user", "text": "x", "parse_data": {"entities": [{"entity": "zaaknummer", "value": n} for n in numbers]}}


async def test_a_number_that_was_named_before_is_offered_and_not_asked_again(server: ActionServer) -> None:
    # Given a citizen who named two cases before, one of them twice
    events = [named("GPK-26-4471", "KB-2026-90035"), {"event": "bot"}, named("GPK-26-4471")]
    # When they ask how far it is, without a number
    said = await server.run("action_ask_zaakstatus_form_zaaknummer", context=context(), events=events)
    # Then they choose
    assert said.keys[0] == "status.welk_nummer"
    buttons = said.payloads[-1]["utterance"]["buttons"]
    assert [button["title"] for button in buttons] == ["GPK-26-4471", "KB-2026-90035"]
    assert all(button["payload"].startswith("/gegevens{") for button in buttons)
    assert "4471" in buttons[0]["plain"] and "GPK" not in buttons[0]["plain"]
    # And who chose nothing is asked as others are
    again = await server.run(
        "action_ask_zaakstatus_form_zaaknummer", context=context(), events=events, slots={"pogingen_gegevens": {"zaaknummer": 1}}
    )
    assert again.keys[0] == "status.nummer_onduidelijk"
    other = await server.run("action_ask_zaakstatus_form_zaaknummer", context=context(), events=[{"event": "bot"}])
    assert other.keys[0] == "status.vraag_nummer"


async def test_a_number_with_a_birth_date_is_a_question_how_far_it_is_whatever_else_was_understood(server: ActionServer) -> None:
    told, entities = context(), {"zaaknummer": NUMBER % 8, "geboortedatum": "1988-02-14"}
    words = f"En hoe ver is {NUMBER % 8}, geboren 14-02-1988"
    said = await server.run("action_gegevens", text=words, context=told, entities=entities, intent="gegevens")
    assert said.card["number"] == NUMBER % 8 and "zaak.zonder_status" in said.keys
    # With another date it is not told, in the same words as ever
    wrong = {**entities, "geboortedatum": "1988-02-15"}
    said = await server.run("action_gegevens", text=words.replace("14-02", "15-02"), context=told, entities=wrong)
    assert said.keys[0] == "status.niet_gevonden"


async def test_a_case_that_was_just_told_is_not_offered_as_another_one(server: ActionServer) -> None:
    told = {**context(), "trust": "kenmerk", "facts": {"zaken": {"3": {"nummer": NUMBER % 2}}}}
    ask, before = "action_ask_zaakstatus_form_zaaknummer", [named(NUMBER % 2)]
    assert (await server.run(ask, context=told, events=before)).keys[0] == "status.vraag_nummer"
    later = {**told, "trust": "anoniem"}
    assert (await server.run(ask, context=later, events=before)).keys[0] == "status.welk_nummer"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("het wordt me allemaal te veel", "gegevens.zwaar"),
        ("ik weet niet meer hoe het verder moet", "gegevens.zwaar"),
        ("lezen gaat bij mij heel moeilijk", "gegevens.lezen"),
        ("ik snap die brief helemaal niet", "gegevens.lezen"),
        ("ik snap echt niet waarom dit is gestopt", "gegevens.geen_vraag"),
        ("ze hebben me te veel betaald in maart", "gegevens.geen_vraag"),
    ],
)
async def test_who_tells_something_hard_hears_more_than_thanks(server: ActionServer, words: str, key: str) -> None:
    said = await server.run("action_gegevens", text=words, context=context(), intent="gegevens")
    assert said.keys == [key]
