"""A case by number and second factor, against the really running demo case system."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from loket.cases.confidentiality import Confidentiality, TrustLevel
from loket.cases.errors import InvalidInput
from loket.cases.model import StepState
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from tests.cases.support import TODAY, Demo

pytestmark = pytest.mark.asyncio

SANNE = SecondFactor.birth_date(date(1980, 3, 12))
SANNE_ADDRESS = SecondFactor.address("1234 ab", "10")
KARIM = SecondFactor.birth_date(date(1991, 7, 30))
NUMBER = "ZAAK-2026-%010d"


async def test_open_case_tells_status_history_next_step_and_dates(systems: CaseSystems) -> None:
    result = await systems.by_number(NUMBER % 1, SANNE)
    assert result.unavailable == []
    (case,) = result.found
    assert case.number == "ZAAK-2026-0000000001"
    assert case.zaaktype == case.title == "Aanvraag parkeervergunning"
    assert case.status is not None
    assert case.status.text == "Wij bekijken uw aanvraag."
    assert case.status.since.date() == TODAY - timedelta(days=13)
    assert [(step.number, step.title, step.state) for step in case.steps] == [
        (1, "Ontvangen", StepState.DONE),
        (2, "In behandeling", StepState.CURRENT),
        (3, "Besluit genomen", StepState.TODO),
        (4, "Afgehandeld", StepState.TODO),
    ]
    assert case.steps[0].since is not None
    assert case.steps[0].since.date() == TODAY - timedelta(days=20)
    assert case.next_step == case.steps[2]
    assert case.start == TODAY - timedelta(days=20)
    assert case.planned_end == TODAY + timedelta(days=8)
    assert case.legal_end == TODAY + timedelta(days=36)
    assert (case.late, case.days_late, case.days_left) == (False, 0, 36)
    assert case.trust is TrustLevel.KENMERK
    assert case.confidentiality is Confidentiality.OPENBAAR
    assert case.system_id == "demo"
    assert case.history_complete
    assert case.url.endswith(case.uuid)


async def test_address_is_a_second_factor_too(systems: CaseSystems) -> None:
    assert len((await systems.by_number(NUMBER % 1, SANNE_ADDRESS)).found) == 1
    wrong_house = SecondFactor.address("1234AB", 58)
    assert (await systems.by_number(NUMBER % 1, wrong_house)).found == []


async def test_number_as_people_type_it(systems: CaseSystems) -> None:
    for typed in (" zaak-2026-0000000001 ", "Zaak 2026 0000000001", "ZAAK – 2026 – 0000000001"):
        assert len((await systems.by_number(typed, SANNE)).found) == 1, typed


async def test_late_case(systems: CaseSystems) -> None:
    (case,) = (await systems.by_number(NUMBER % 2, KARIM)).found
    assert (case.late, case.days_late, case.days_left) == (True, 19, None)


async def test_decided_cases_are_never_late(systems: CaseSystems) -> None:
    (yes,) = (await systems.by_number(NUMBER % 3, SANNE)).found
    assert yes.closed
    assert yes.result is not None
    assert yes.result.title == "Verleend"
    assert yes.legal_end is not None
    assert yes.legal_end < TODAY
    assert not yes.late
    assert yes.next_step is None
    assert yes.days_left is None
    assert yes.status is not None
    assert yes.status.final
    (no,) = (await systems.by_number(NUMBER % 4, SecondFactor.birth_date(date(1957, 11, 2)))).found
    assert no.result is not None
    assert no.result.title == "Geweigerd"
    assert no.steps[1].text == "Toetsen aan het omgevingsplan"


async def test_suspended_case_is_not_late_although_its_date_passed(systems: CaseSystems) -> None:
    (case,) = (await systems.by_number(NUMBER % 5, SecondFactor.birth_date(date(1974, 1, 19)))).found
    assert case.legal_end is not None
    assert case.legal_end < TODAY
    assert case.suspended
    assert not case.late
    assert case.days_left is None
    # Text typed by staff is not for this trust level, unless the configuration says so.
    assert case.suspension is not None
    assert case.suspension.reason == ""


async def test_prolonged_case(systems: CaseSystems) -> None:
    (case,) = (await systems.by_number(NUMBER % 6, SecondFactor.birth_date(date(1997, 5, 5)))).found
    assert case.prolonged
    assert case.prolongation is not None
    assert case.prolongation.days == 42
    assert not case.late


async def test_case_without_any_status(systems: CaseSystems) -> None:
    # The birth date of this person is stored without dashes.
    (case,) = (await systems.by_number(NUMBER % 8, SecondFactor.birth_date(date(1988, 2, 14)))).found
    assert case.status is None
    assert {step.state for step in case.steps} == {StepState.TODO}
    assert case.next_step == case.steps[0]
    assert case.planned_end is None
    assert case.legal_end is not None


async def test_nearly_due_and_dateless_cases(systems: CaseSystems) -> None:
    (due,) = (await systems.by_number(NUMBER % 9, SecondFactor.address("2468KL", "1"))).found
    assert due.days_left == 3
    (open_end,) = (await systems.by_number(NUMBER % 14, SecondFactor.address("1357MN", "15"))).found
    assert open_end.legal_end is None
    assert open_end.planned_end is None
    assert not open_end.late
    assert open_end.days_left is None


async def test_case_that_went_back(systems: CaseSystems) -> None:
    (case,) = (await systems.by_number(NUMBER % 15, KARIM)).found
    assert [(step.number, step.state) for step in case.steps] == [
        (1, StepState.DONE),
        (2, StepState.CURRENT),
        (3, StepState.TODO),
    ]
    assert case.steps[1].since is not None
    assert case.steps[1].since.date() == TODAY - timedelta(days=12)
    assert not case.closed


@pytest.mark.parametrize(
    ("number", "factor"),
    [
        (NUMBER % 99, SANNE),
        (NUMBER % 1, KARIM),
        (NUMBER % 7, SecondFactor.birth_date(date(1968, 9, 23))),
        (NUMBER % 12, SecondFactor.birth_date(date(1968, 9, 23))),
        (NUMBER % 13, SecondFactor.birth_date(date(1990, 1, 1))),
    ],
    ids=["no such number", "wrong factor", "confidential", "hidden by the source", "no factor known"],
)
async def test_what_may_not_be_told_is_one_and_the_same_outcome(
    systems: CaseSystems, demo: Demo, number: str, factor: SecondFactor
) -> None:
    result = await systems.by_number(number, factor)
    assert result.found == []
    assert result.unavailable == []
    # The same path too: one request, whatever the reason.
    assert len(demo.asked.lines) == 1


@pytest.mark.parametrize("number", ["", "   ", "-", "*", "zaak", "1", "a" * 41, "ZAAK-2026-1?x=1", "1\n2", "%00000"])
async def test_empty_or_malformed_number_never_reaches_the_server(systems: CaseSystems, demo: Demo, number: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await systems.by_number(number, SANNE)
    assert caught.value.field == "zaaknummer"
    assert demo.asked.lines == []
    assert str(caught.value) in {"zaaknummer:empty", "zaaknummer:malformed"}
