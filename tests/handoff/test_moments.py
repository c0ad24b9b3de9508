"""When somebody wants to be called: words, and what of it can be promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.handoff.callback_rules import CallbackRules
from loket.handoff.choices import moment, read_moment
from loket.handoff.moments import SHORTEST, Window, Wish, read_wish, slots, windows
from loket.handoff.opening import Opening
from loket.handoff.phone_numbers import NotDialable, dialable, shortened

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
RULES = CallbackRules.load(Path("data/balie/terugbellen.yaml"))
OPENING = Opening.load(Path("data/balie/openingstijden.yaml"))
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=AMSTERDAM).astimezone(UTC)


def shown(window: Window) -> str:
    """`30-11 08:30-12:00` on the clock of Amsterdam."""
    start, end = window.start.astimezone(AMSTERDAM), window.end.astimezone(AMSTERDAM)
    return f"{start:%d-%m %H:%M}-{end:%H:%M}"


@pytest.mark.parametrize(
    ("words", "promised"),
    [
        ("maandag", "30-11 08:30-17:00"),
        ("maandagochtend graag", "30-11 08:30-12:00"),
        ("op maandag 30 november in de middag", "30-11 12:00-17:00"),
        ("dinsdag na 13 uur", "01-12 13:00-17:00"),
        ("dinsdag tussen 10 en 11.30 uur", "01-12 10:00-11:30"),
        ("liever voor 10 uur", "30-11 08:30-10:00"),
        ("na 17 uur", "03-12 17:00-20:00"),  # late on Thursdays only
        ("donderdagavond", "03-12 17:00-20:00"),
        ("om half 3", None),
        ("vrijdag om 3 uur", "04-12 15:00-16:00"),
        ("zo snel mogelijk", "27-11 15:30-17:00"),
        ("maakt mij niet uit", "27-11 15:30-17:00"),
        ("vandaag nog", "27-11 15:30-17:00"),
    ],
)
def test_what_people_write(words: str, promised: str | None) -> None:
    wish = read_wish(words, FRIDAY, RULES)
    if promised is None:
        assert wish is None
        return
    assert wish is not None
    assert shown(next(windows(wish, FRIDAY, OPENING, RULES))) == promised


@pytest.mark.parametrize("words", ["dat weet ik niet", "mijn naam is Jan", "", "ik heb een vraag over huurtoeslag"])
def test_what_is_no_moment(words: str) -> None:
    assert read_wish(words, FRIDAY, RULES) is None


@pytest.mark.parametrize("words", ["zondag", "morgen", "maandag om 7 uur 's avonds", "woensdag na 18 uur", "25 december"])
def test_when_we_are_closed_nothing_is_promised(words: str) -> None:
    wish = read_wish(words, FRIDAY, RULES)
    assert wish is not None and next(windows(wish, FRIDAY, OPENING, RULES), None) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)),
    st.builds(Wish, st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.none() | st.times(), st.none() | st.times()),
)
def test_every_promise_is_opening_time_that_is_still_to_come(when: datetime, wish: Wish) -> None:
    now = when.replace(tzinfo=UTC)
    for window in islice([*islice(slots(now, OPENING, RULES), 5), *islice(windows(wish, now, OPENING, RULES), 5)], 10):
        assert window.start >= now + RULES.lead - timedelta(minutes=1)
        assert window.end - window.start >= SHORTEST - timedelta(minutes=15)
        assert OPENING.is_open(window.start) and OPENING.is_open(window.end - timedelta(seconds=1))
        assert read_moment(moment(window)) == window


def test_parts_of_days_are_offered_in_order() -> None:
    found = [shown(window) for window in islice(slots(FRIDAY, OPENING, RULES), 4)]
    assert found == ["27-11 15:30-17:00", "30-11 08:30-12:00", "30-11 12:00-17:00", "01-12 08:30-12:00"]
    assert time(8, 30) == RULES.parts["ochtend"][0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 12 34 56 78", "0612345678"),
        ("bel maar op 06-12345678 hoor", "0612345678"),
        ("+31 6 12345678", "0612345678"),
        ("0031 612345678", "0612345678"),
        ("mijn nummer is 030-1234567", "0301234567"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_numbers_that_can_be_dialled(text: str, number: str) -> None:
    assert dialable(text, date(2026, 11, 27)) == number


@pytest.mark.parametrize("text", ["0800 8020", "0900-1234567", "14 020", "06 1234", "geen telefoon", "ZAAK-2026-0000000001", ""])
def test_numbers_where_nobody_can_be_called(text: str) -> None:
    with pytest.raises(NotDialable):
        dialable(text, date(2026, 11, 27))


def test_a_number_in_a_list_tells_nothing() -> None:
    assert (shortened("0612345678"), shortened("+32470123456"), shortened(None)) == ("06 … 78", "+32 … 56", "")
