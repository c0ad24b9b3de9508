"""Every text that a citizen can get is B1 Dutch."""

from __future__ import annotations

from itertools import groupby

import pytest

from loket.plain.sentences import words
from tests.teksten.b1 import Language, faults
from tests.teksten.rarity import rare
from tests.teksten.sources import Source, all_sources

LANGUAGE = Language.load()
BY_FILE = {file: list(group) for file, group in groupby(all_sources(), key=lambda source: source.file)}


@pytest.mark.parametrize("file", BY_FILE)
def test_texts_are_plain_dutch(file: str) -> None:
    found = [fault for source in BY_FILE[file] for fault in faults(source, LANGUAGE)]
    assert not found, f"{len(found)} plaatsen zijn niet B1:\n" + "\n".join(found)


def test_every_kind_of_text_is_measured() -> None:
    keys = {source.key for sources in BY_FILE.values() for source in sources}
    assert {"welkom.tekst", "welkom.kort", "mens", "chat.start.intro", "verhuizen.stap 1.wat", "gemeente.waarvoor"} <= keys
    assert not any(key.startswith(("balie.", "desk.")) for key in keys)
    assert sum(source.key.endswith(".antwoord") for sources in BY_FILE.values() for source in sources) >= 350


def test_known_words_are_used_and_needed() -> None:
    """A word that no text uses, or that is common anyway, does not belong in the list."""
    used = {part for sources in BY_FILE.values() for source in sources for word in words(source.measured)
            for part in word.lower().strip("'’").split("-")}
    stems = used | {word.removesuffix(end) for word in used for end in ("s", "en", "n", "'s")}
    assert sorted(LANGUAGE.known - stems) == []
    assert sorted(word for word in LANGUAGE.known if not rare(word, frozenset())) == []


BAD = {
    "Als u een nieuw paspoort nodig hebt dan moet u eerst een afspraak maken bij de gemeente waar u nu zelf woont.": "22 woorden",
    "Uw aanvraag wordt binnen zes weken behandeld door de gemeente.": "lijdende vorm",
    "De rekening wordt door ons betaald.": "wordt ... betaald",
    "Bel ons indien u vragen hebt.": "Schrijf: als",
    "Neem papieren mee, bijv. een paspoort.": "Schrijf: bijvoorbeeld",
    "Wij kijken naar de proportionaliteit.": "'proportionaliteit' kennen veel mensen niet",
    "De aanvraag is geweigerd. De brief is verstuurd.": "2 zinnen in de lijdende vorm",
    "Een eerste zin met precies vijftien gewone woorden die samen best wel wat lang is.": "gemiddeld 15.0",
}


@pytest.mark.parametrize("text", BAD)
def test_names_the_place_the_sentence_and_a_hint(text: str) -> None:
    language = Language.load()
    language = Language(language.known, language.names, language.jargon, language.not_passive - {"behandeld"})
    found = "\n".join(faults(Source("teksten.yaml", "proef.tekst", text), language))
    assert BAD[text] in found
    assert found.startswith("teksten.yaml: proef.tekst: ")
    assert f"> {text.split('. ')[0].rstrip('.')}" in found


def test_hard_reading_is_seen() -> None:
    text = ("Verantwoordelijke overheidsorganisaties communiceren gedetailleerde informatie over belastingverplichtingen. "
            "Informatievoorziening over vergunningverlening vereist samenwerkingsovereenkomsten. "
            "Ondernemersverenigingen organiseren voorlichtingsbijeenkomsten over milieuvergunningen. "
            "Ook gemeenteraadsverkiezingen bepalen onze toekomstige beleidsvoornemens en belastingverhogingen.")
    assert len(words(text)) >= 25
    assert "leesgemak" in "\n".join(faults(Source("t", "k", text), LANGUAGE))


GOOD = [
    "Bel 112.",
    "Uw kind is geboren. Geef dat door aan de gemeente.",
    "Bent u verhuisd? Meld dat bij de gemeente {gemeente}.",
    "Log in met DigiD. De gemeente stuurt u daarna een brief over uw energierekening.",
    "Is uw fiets gestolen? Doe dan aangifte.",
]


@pytest.mark.parametrize("text", GOOD)
def test_plain_dutch_passes(text: str) -> None:
    assert faults(Source("teksten.yaml", "proef.tekst", text), LANGUAGE) == []
