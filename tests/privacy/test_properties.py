"""What must hold for any text at all."""

import re
from datetime import date
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from loket.privacy import bsn, iban
from loket.privacy.entities import as_mapping
from loket.privacy.extraction import LONGEST, extract
from loket.privacy.folding import fold
from loket.privacy.masking import mask
from loket.privacy.second_factor import second_factor

TODAY = date(2026, 11, 22)

# Text with the pieces that the readers look for, so that they are really exercised.
PIECES = st.sampled_from(
    "zaak kenmerk bsn iban geboren op voor van tot 3 12 september maart vrijdag gisteren 06-12345678 1234AB € euro 12,50 k "
    "honderd NL91ABNA0417164300 999990019 wachtwoord is : . , - / 2026 80 in gemeente Best utrect over weken geleden  precies "
    "# \n paspoort 4111111111111111 NW1B2C3D4 [BSN] [WACHTWOORD] 1234.56.789.H.67.01 ' + 00 31 e-mail@x.nl ٣ سبتمبر".split(" ")
)
MESSAGES = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=25).map(" ".join),
    st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join),
)
SPACES = st.sampled_from(["", " ", "  ", ".", "-", "\u00a0", "\u2009", "\t", "\u200b", " - ", "\n", "_"])
DAYS = st.dates(min_value=date(1900, 3, 1), max_value=date(2199, 12, 31))


@st.composite
def valid_bsn(draw: st.DrawFn) -> str:
    """Draw a number that passes the elfproef."""
    first = draw(st.integers(min_value=1, max_value=99_999_999))
    digits = f"{first:08d}"
    remainder = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
    return digits + str(remainder) if remainder < 10 else "999990019"


@st.composite
def valid_iban(draw: st.DrawFn) -> str:
    """Draw an account number with the right check digits, of any country."""
    country = draw(st.sampled_from(sorted(iban.SHAPES)))
    random = Random(draw(st.integers(min_value=0)))
    alphabet = {"n": "0123456789", "a": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "c": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    body = "".join(random.choice(alphabet[kind]) for kind in iban.SHAPES[country][2:])
    number = int("".join(str(int(character, 36)) for character in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02d}{body}"


def spaced(draw: st.DrawFn, number: str) -> str:
    """Put any spacing between the characters of a number."""
    return "".join(character + draw(SPACES) for character in number[:-1]) + number[-1]


FULL_DATE = re.compile(
    r"[0-9]{1,2}[-.][0-9]{1,2}[-.](19|20)[0-9]{2}|(19|20)[0-9]{2}[-.][0-9]{1,2}[-.][0-9]{1,2}|20[0-4][0-9][-.]"
)


@st.composite
def spaced_bsn(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a BSN, and the same one in some spacing, unless that makes it a date or a case number with its year."""
    number = draw(valid_bsn())
    typed = spaced(draw, number)
    assume(not FULL_DATE.search(re.sub(r"\s|\u200b", "", typed)))
    return number, typed


@st.composite
def spaced_iban(draw: st.DrawFn) -> tuple[str, str]:
    """Draw an IBAN, and the same one in some spacing, in capitals or not."""
    number = draw(valid_iban())
    typed = spaced(draw, number)
    return number, typed.lower() if draw(st.booleans()) else typed


@given(MESSAGES, DAYS)
def test_any_text_gives_entities_that_stand_where_they_say(text: str, today: date) -> None:
    entities = extract(text, today)

    ends = 0
    for entity in entities:
        assert entity.start >= ends
        assert entity.text == text[entity.start : entity.end] != ""
        ends = entity.end
        if entity.kind in ("datum", "geboortedatum"):
            date.fromisoformat(str(entity.value))
        if entity.kind == "geboortedatum":
            assert date.fromisoformat(str(entity.value)) <= today
        if entity.kind == "postcode":
            assert re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", str(entity.value))
        if entity.kind == "bedrag":
            assert isinstance(entity.value, float)
            assert entity.value > 0
        if entity.kind == "telefoonnummer":
            assert re.fullmatch(r"\+?[0-9]{5,16}", str(entity.value))
        if entity.kind == "zaaknummer":
            assert entity.value == entity.text
    assert not {"bsn", "iban"} & set(as_mapping(entities))


@given(MESSAGES, DAYS)
def test_any_answer_is_read_or_refused(text: str, today: date) -> None:
    found = second_factor(text, today)

    if isinstance(found, date):
        assert found <= today


@given(MESSAGES)
def test_masking_is_idempotent(text: str) -> None:
    once = mask(text)

    assert mask(once.text).text == once.text
    assert bool(once.kinds) == (once.text != text)


@given(MESSAGES)
def test_folding_moves_no_character(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(spaced_bsn(), st.text(max_size=20), st.text(max_size=20))
def test_no_bsn_survives_in_any_spacing(numbers: tuple[str, str], before: str, after: str) -> None:
    number, typed = numbers
    # Digits glued to it would make it another number.
    text = f"{before} mijn nummer {typed} van mij {after}"

    assert number not in bsn.digits_of(fold(mask(text).text))
    assert "BSN" in mask(text).kinds


@given(spaced_bsn(), st.sampled_from(["zaaknummer", "kenmerk", "dossier", "bsn", "tel", "klantnummer", "rekening", "paspoort"]))
def test_no_bsn_survives_behind_any_word(numbers: tuple[str, str], word: str) -> None:
    number, typed = numbers

    assert number not in bsn.digits_of(fold(mask(f"mijn {word} is {typed}, dank u").text))


@given(spaced_iban(), st.text(max_size=20))
def test_no_iban_survives_in_any_spacing(numbers: tuple[str, str], before: str) -> None:
    number, typed = numbers
    kept = mask(f"{before} rekening: {typed}, dank u").text

    assert number not in "".join(character for character in kept.upper() if character.isalnum())
    assert "[IBAN]" in kept


@given(valid_bsn())
def test_one_wrong_digit_fails_the_elfproef(number: str) -> None:
    assert bsn.passes_elfproef(number)
    assert not bsn.passes_elfproef(number[:-1] + str((int(number[-1]) + 1) % 10))


NEEDED = st.sampled_from(
    [
        "ZAAK-2026-0000000001",
        "Z2026-118204",
        "BZW/2026/0883",
        "kenmerk 12.34.567",
        "06-12345678",
        "+31 6 12345678",
        "1234 AB",
        "12-03-1980",
        "3 september 2026",
        "dossiernummer 2026/4711",
    ]
)


@given(NEEDED, spaced_bsn())
def test_what_staff_need_survives_beside_a_bsn(needed: str, numbers: tuple[str, str]) -> None:
    assert needed in mask(f"Het gaat om {needed}, mijn bsn is {numbers[1]}.").text


def test_long_messages_are_read_up_to_a_limit() -> None:
    filler = "woord " * LONGEST
    entities = extract(f"zaaknummer 88213 {filler} bel 0612345678", TODAY)

    assert as_mapping(entities) == {"zaaknummer": "88213"}
