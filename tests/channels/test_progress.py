"""How far a message came: only forward."""

from __future__ import annotations

import itertools

import pytest

from loket.partners import progress

ORDER = ["accepted", "queued", "sending", "sent", "delivered", "read"]


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read", "queued"])))
def test_the_order_of_call_backs_does_not_matter(order: tuple[str, ...]) -> None:
    state = progress.TRYING
    for told in order:
        state = progress.further(state, told)
    assert state == "read"


def test_a_late_failure_does_not_undo_what_arrived_and_arriving_undoes_a_failure() -> None:
    assert progress.further("delivered", "undelivered") == "delivered"
    assert progress.further("undelivered", "delivered") == "delivered"
    assert progress.further("undelivered", "sent") == "undelivered"


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ([], "pending"),
        (["trying"], "pending"),
        (["queued"], "sent"),
        (["delivered", "sent"], "sent"),
        (["delivered", "read"], "delivered"),
        (["read"], "read"),
        (["delivered", "trying"], "pending"),
        (["delivered", "failed"], "failed"),
    ],
)
def test_a_message_is_as_far_as_its_slowest_part(states: list[str], shown: str) -> None:
    assert progress.delivery(states) == shown


def test_only_states_of_the_provider_are_known() -> None:
    assert all(progress.known(state) for state in ORDER)
    assert not progress.known("trying") and not progress.known("received") and not progress.known("")
