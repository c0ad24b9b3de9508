"""The summary at hand-off: the same each time, every line proved by the message it points to, no BSN and no IBAN."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.gateway import masked
from loket.conversations.model import Author, Rendered
from loket.directory import Directory
from loket.handoff.danger import ORGANISATIONS
from loket.handoff.outcome import UNSPOKEN
from loket.handoff.summary import Summariser
from loket.privacy.entities import as_mapping
from loket.privacy.extraction import extract
from loket.store import Store
from loket.store.schema import Conversation, Message
from loket.understanding.patterns import read
from loket.understanding.result import OUTCOMES

DATA = Path("data")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SAID = [
    "Mijn huurtoeslag is gestopt en ik weet niet waarom",
    "Ik heb al drie keer gebeld en niemand belt terug!",
    "Mijn BSN is 999990007",
    "Mijn rekening is NL91ABNA0417164300, daar moet het op",
    "Ik wil graag dat iemand mij belt op 06 12345678",
    "Het gaat om ZAAK-2026-0000000002",
    "De deurwaarder komt op 12 december 2026 voor 1.250 euro",
    "Ik woon in Utrecht met mijn twee kinderen",
    "ik kan niet meer",
    "Ik ben woedend, dit is belachelijk",
    "Hallo",
    "Ja",
    "Ik snap de brief niet. Kunt u mij helpen? Ik heb geen geld voor eten.",
]


@pytest.fixture(scope="module")
def directory() -> Directory:
    """The real verwijsindex."""
    return Directory.load(DATA / "verwijsindex")


@pytest.fixture(scope="module")
def summariser(directory: Directory) -> Summariser:
    """With the real wording. `make` needs no database."""
    return Summariser.load(Store.connect("sqlite:///unused.sqlite3"), directory, DATA, lambda: NOW)


WORDING = read(DATA / "overdracht" / "samenvatting.yaml")
Turn = tuple[str, str, list[tuple[str, float]]]


def conversation(turns: list[Turn], **columns: Any) -> tuple[Conversation, list[Message]]:
    """A conversation as it is stored: texts masked, understood, answered."""
    messages: list[Message] = []
    for text, outcome, organisations in turns:
        text, seq = masked(text), len(messages) + 1
        understanding = {
            "uitkomst": outcome, "score": 0.9, "entiteiten": as_mapping(extract(text, date(2026, 11, 22))), "taal": "nl",
            "organisaties": [{"id": o, "score": s} for o, s in organisations], "vervolg": False, "crisis": None,
        }  # fmt: skip
        citizen = {"author": Author.CITIZEN.value, "channel": "web", "text": text, "created_at": NOW}
        messages.append(Message(seq=seq, **citizen, understanding=understanding, content={}))
        content = Rendered("", links=(("uwv.nl", "https://www.uwv.nl"),)).content()
        messages.append(Message(seq=seq + 1, author=Author.BOT.value, text=f"Antwoord {seq}\nMeer", content=content))
    given = {"channel": "web", "language": "nl", "trust": "anoniem", "urgency": "normaal", "facts": {}, **columns}
    return Conversation(id="c", **given), messages


TURNS = st.lists(
    st.tuples(
        st.sampled_from(SAID), st.sampled_from(OUTCOMES),
        st.lists(st.tuples(st.sampled_from(["toeslagen", "gemeente", "uwv", "cjib"]), st.floats(0.1, 1)), max_size=2),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def proves(message: Message, line: dict[str, Any], summariser: Summariser, directory: Directory) -> bool:
    """Whether the message holds what the line says."""
    found, value, signals = message.understanding or {}, line["value"], summariser._signals
    match line["field"]:
        case "vraag" | "wens" | "geprobeerd" | "situatie":
            return value in message.text
        case "verteld":
            return message.author == Author.BOT and message.text.startswith(value)
        case "uitkomst":
            named = WORDING["uitkomsten"][found["uitkomst"]] == value
            return (
                named
                or value == WORDING["uitkomsten"]["antwoord"]
                or (value == WORDING["uitkomsten"]["maatwerk"] and bool(signals.found(message.text)))
            )
        case "organisatie":
            helpers = set(ORGANISATIONS.values()) if found["uitkomst"] == "crisis" else set()
            said = {*helpers, *(o["id"] for o in found["organisaties"]), *summariser._cues.named.found(message.text)}
            return value in [directory.name(one) for one in said]
        case "zaak" | "gemeente" | "termijn" | "bedrag" | "contact":
            values = [v for many in found["entiteiten"].values() for v in (many if isinstance(many, list) else [many])]
            return value in [str(v) for v in values]
        case "signalen":
            return value in [signals.labels[name] for name in signals.found(message.text)]
        case "emotie":
            shown = {"neutraal", signals.emotion(message.text), UNSPOKEN.get(found["uitkomst"])}
            return value in [WORDING["emoties"].get(one) for one in shown]
        case _:
            return True  # of the whole conversation: urgency, trust, channel


@settings(max_examples=150, deadline=None)
@given(TURNS)
def test_every_line_is_proved_by_the_message_it_points_to(
    summariser: Summariser, directory: Directory, turns: list[Turn]
) -> None:
    row, messages = conversation(turns)
    summary, _ = summariser.make(row, messages)
    by_seq = {m.seq: m for m in messages}
    for line in summary["lines"]:
        assert line["seq"] in by_seq and line["label"] and line["value"], line
        assert proves(by_seq[line["seq"]], line, summariser, directory), (line, by_seq[line["seq"]].text)


@settings(max_examples=100, deadline=None)
@given(TURNS)
def test_no_bsn_and_no_iban_stand_in_it(summariser: Summariser, turns: list[Turn]) -> None:
    summary, _ = summariser.make(*conversation(turns))
    said = " ".join([*summary["prose"], *(line["value"] for line in summary["lines"])])
    assert "999990007" not in said and "NL91ABNA" not in said
    assert not re.search(r"\b\d{9}\b", said)


@settings(max_examples=60, deadline=None)
@given(TURNS)
def test_it_is_the_same_each_time(summariser: Summariser, turns: list[Turn]) -> None:
    assert summariser.make(*conversation(turns))[0] == summariser.make(*conversation(turns))[0]


@settings(max_examples=60, deadline=None)
@given(TURNS)
def test_the_prose_is_three_to_five_sentences_of_what_stands_in_the_lines(summariser: Summariser, turns: list[Turn]) -> None:
    summary, outcome = summariser.make(*conversation(turns))
    assert 3 <= len(summary["prose"]) <= 5
    assert outcome.vraag is not None and " ".join(outcome.vraag.text.split())[:60] in summary["prose"][0]
    values = " ".join(line["value"] for line in summary["lines"])
    for number in re.findall(r"ZAAK-[\d-]+|\d{2,}", " ".join(summary["prose"])):
        assert number in values


def lines(summary: dict[str, Any], field: str) -> list[tuple[str, int]]:
    return [(line["value"], line["seq"]) for line in summary["lines"] if line["field"] == field]


def test_what_a_casemanager_must_know_stands_in_it(summariser: Summariser) -> None:
    turns = [
        (SAID[0], "antwoord", [("toeslagen", 0.9)]), (SAID[1], "klacht", [("toeslagen", 0.6)]), (SAID[4], "mens", []),
        (SAID[5], "status", []), (SAID[6], "maatwerk", [("cjib", 0.4)]), (SAID[7], "antwoord", []),
    ]  # fmt: skip
    summary, outcome = summariser.make(*conversation(turns))
    assert lines(summary, "vraag") == [(SAID[0], 1)]
    assert outcome.uitkomst == "maatwerk" and lines(summary, "uitkomst")[0][1] == 9
    assert lines(summary, "organisatie") == [("Dienst Toeslagen", 1)]
    assert lines(summary, "zaak") == [("ZAAK-2026-0000000002", 7)]
    assert ("0612345678", 5) in lines(summary, "contact") and ("Utrecht", 11) in lines(summary, "gemeente")
    assert lines(summary, "termijn") == [("2026-12-12", 9)] and ("1250.0", 9) in lines(summary, "bedrag")
    assert lines(summary, "wens")[-1] == (SAID[4], 5)
    assert {seq for _, seq in lines(summary, "signalen")} >= {3, 9, 11}
    assert outcome.urgentie == "hoog"


def test_data_for_the_computer_is_no_situation(summariser: Summariser) -> None:
    texts = (SAID[0], "30 juli 1991", "Dat was op 30 juli 1991.")
    given, messages = conversation([(text, "status", []) for text in texts])
    assert messages[2].understanding is not None
    messages[2].understanding["alleen_gegevens"] = True  # the second factor of a case
    summary, _ = summariser.make(given, messages)
    told = [line["seq"] for line in summary["lines"] if "1991" in line["value"]]
    assert messages[4].seq in told and messages[2].seq not in told


def test_what_was_chosen_and_found_points_to_where_it_was(summariser: Summariser) -> None:
    facts = {
        "onderwerp": "Parkeervergunning", "onderwerp_seq": 3, "organisatie_gekozen": "gemeente", "organisatie_gekozen_seq": 3,
        "zaken": {"3": {"nummer": "ZAAK-2026-0000000001", "stand": "In behandeling"}},
    }  # fmt: skip
    summary, _ = summariser.make(
        *conversation([(SAID[0], "antwoord", [("toeslagen", 0.9)]), (SAID[5], "status", [])], facts=facts)
    )
    assert lines(summary, "onderwerp") == [("Parkeervergunning", 3)]
    assert lines(summary, "organisatie") == [("Uw gemeente", 3)]
    assert lines(summary, "zaak_gevonden") == [("ZAAK-2026-0000000001: In behandeling", 3)]


def test_crisis_counts_above_everything(summariser: Summariser) -> None:
    turns: list[Turn] = [
        ("Ik heb een klacht over de gemeente", "klacht", []),
        ("Ik wil niet meer leven", "crisis", []),
        ("Laat maar, dank u", "smalltalk", []),
    ]
    summary, outcome = summariser.make(*conversation(turns))
    assert (outcome.uitkomst, outcome.seq, outcome.urgentie) == ("crisis", 3, "spoed")
    assert lines(summary, "urgentie") == [(WORDING["urgenties"]["spoed"], 3)]


def test_a_conversation_of_buttons_alone_has_a_summary(summariser: Summariser) -> None:
    row, messages = conversation([("Ik wil een mens", "mens", [])])
    messages[0].payload = "/mens"
    summary, _ = summariser.make(row, messages)
    assert summary["prose"] and all(line["seq"] in (1, 2) for line in summary["lines"])


def test_the_wording_covers_everything(summariser: Summariser) -> None:
    signals = read(DATA / "overdracht" / "signalen.yaml")
    assert set(WORDING["uitkomsten"]) == set(OUTCOMES)
    assert set(signals["signalen"]) == set(signals["labels"])
    assert set(signals["emotie"]) | {"neutraal"} <= set(WORDING["emoties"])
    assert set(signals["zinnen"]) | {"situatie"} <= set(WORDING["velden"])
    assert {"nl", "en", "tr", "ar", "pl", "uk", "de"} <= set(WORDING["talen"])
