"""When there is somebody: weeks, holidays, special days, and the change of summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loket.handoff.hours import OpeningHours, parse_day, write_day
from loket.handoff.opening import Opening, dutch_holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FILE = Path("data/balie/openingstijden.yaml")
WEEK = {"maandag": "08:30-12:00, 13:00-17:00", "donderdag": "08:30-20:00", "zaterdag": "10:00-24:00"}


def opening(**more: object) -> Opening:
    """Hours of a made-up office."""
    return Opening(OpeningHours.model_validate({"standaard": WEEK, **more}))


def at(text: str) -> datetime:
    """A moment on the clock of Amsterdam, as the gateway has it: in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-30T08:29", False),
        ("2026-11-30T08:30", True),
        ("2026-11-30T12:00", False),
        ("2026-11-30T13:00", True),
        ("2026-11-30T16:59", True),
        ("2026-11-30T17:00", False),
        ("2026-12-01T10:00", False),
        ("2026-12-05T23:59", True),
        ("2026-12-06T00:00", False),
    ],
)
def test_a_week(moment: str, is_open: bool) -> None:
    assert opening().is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-30T10:00", "2026-11-30T10:00"),
        ("2026-11-30T12:30", "2026-11-30T13:00"),
        ("2026-11-30T18:00", "2026-12-03T08:30"),
        ("2026-12-24T21:00", "2026-12-28T08:30"),  # Christmas is on Friday and Saturday
        ("2027-04-24T23:59:59.5", "2027-04-24T23:59:59.5"),
        ("2026-10-25T02:30", "2026-10-26T08:30"),  # the hour that comes twice
    ],
)
def test_the_next_opening(moment: str, opens: str) -> None:
    found = opening().next_opening(at(moment))
    assert found == at(opens) and str(found.tzinfo) == "Europe/Amsterdam"


def test_who_never_opens_has_no_opening() -> None:
    never = Opening(OpeningHours.model_validate({"standaard": {}}))
    assert never.next_opening(at("2026-11-30T10:00")) is None
    assert never.closes(at("2026-11-30T10:00")) is None


def test_team_goes_before_organisation_and_that_before_the_rest() -> None:
    found = opening(organisaties={"uwv": {"dinsdag": "09:00-10:00"}}, teams={"nacht": {"dinsdag": "00:00-24:00"}})
    moment = at("2026-12-01T09:30")
    assert not found.is_open(moment) and found.is_open(moment, "uwv") and not found.is_open(at("2026-12-01T11:00"), "uwv")
    assert found.is_open(at("2026-12-01T03:00"), "uwv", "nacht")
    assert not found.is_open(moment, "onbekend")


def test_holidays_and_special_days() -> None:
    liberation = at("2030-05-05T10:00")  # a Sunday, once in five years
    assert dutch_holidays(2030)[liberation.date()] == "Bevrijdingsdag" and date(2029, 5, 5) not in dutch_holidays(2029)
    monday = at("2027-03-29T10:00")  # Easter Monday
    assert not opening().is_open(monday) and opening().why_closed(date(2027, 3, 29)) == "Tweede paasdag"
    assert opening(feestdagen="open").is_open(monday)
    good_friday = opening(organisaties={"a": {"vrijdag": "09:00-17:00"}}, goede_vrijdag="open")
    assert good_friday.is_open(at("2027-03-26T10:00"), "a") and not opening().is_open(at("2027-03-26T10:00"))
    special = opening(
        bijzonder=[
            {"dag": "2027-03-29", "tijden": "10:00-12:00", "reden": "Paasmarkt"},
            {"dag": "2027-03-29", "tijden": "dicht", "reden": "Verhuizing", "voor": "uwv"},
        ]
    )
    assert special.is_open(monday) and not special.is_open(monday, "uwv")
    assert special.next_opening(at("2027-03-28T10:00"), "uwv") == at("2027-04-01T08:30")


@pytest.mark.parametrize(
    "week",
    [{"maandag": "17:00-08:00"}, {"maandag": "08:00-12:00, 11:00-13:00"}, {"maandag": "acht uur"}, {"mandag": "dicht"},
     {"maandag": "08:00-24:30"}, {"maandag": 8}],
)  # fmt: skip
def test_hours_that_make_no_sense_are_refused(week: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OpeningHours.model_validate({"standaard": week})


@given(st.lists(st.integers(0, 1440), max_size=8, unique=True))
def test_what_is_written_is_read_again(minutes: list[int]) -> None:
    minutes = sorted(minutes)[: len(minutes) // 2 * 2]
    text = ", ".join(
        f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in zip(minutes[::2], minutes[1::2], strict=True)
    )
    assert write_day(parse_day(text)) == (text or "dicht")


def test_the_file_of_the_product_is_right() -> None:
    found = Opening.load(FILE)
    assert found.is_open(at("2026-11-30T10:00")) and not found.is_open(at("2026-11-29T10:00"))
    assert found.closes(at("2026-12-24T10:00")) == at("2026-12-24T15:00")
    assert OpeningHours.model_validate(found.hours.written()) == found.hours
