"""From the statuses that were set and the statustypen of the catalogue to the steps that a citizen sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loket.cases.answers import Statustype, ZaakStatus
from loket.cases.model import Step, StepState


def case_steps(types: Sequence[Statustype], history: Iterable[ZaakStatus], current: ZaakStatus | None) -> tuple[Step, ...]:
    """The steps in the order of ``volgnummer``.

    A step is *done* when it was set and lies before the current one, *to do* when it lies after it. A step before the
    current one that was never set was skipped, and is left out: the source does not say that it happened. When a case
    went back, the steps after the current one are to do again.

    Args:
        types: all statustypen of the zaaktype.
        history: all statuses of the case, in any order; "current" is decided by ``datumStatusGezet``, not by order.
        current: the status that the case itself points to.
    """
    latest: dict[str, ZaakStatus] = {}
    for status in history:
        known = latest.get(status.statustype)
        if known is None or status.datumStatusGezet > known.datumStatusGezet:
            latest[status.statustype] = status
    ordered = sorted(types, key=lambda item: item.volgnummer)
    place = next((item.volgnummer for item in ordered if current and item.url == current.statustype), 0)
    steps = []
    for item in ordered:
        if current is not None and item.url == current.statustype:
            steps.append(_step(item, StepState.CURRENT, current))
        elif item.volgnummer > place:
            steps.append(_step(item, StepState.TODO, None))
        elif item.url in latest:
            steps.append(_step(item, StepState.DONE, latest[item.url]))
    return tuple(steps)


def next_step(steps: Sequence[Step]) -> Step | None:
    """The first step still to come."""
    return next((step for step in steps if step.state is StepState.TODO), None)


def _step(item: Statustype, state: StepState, status: ZaakStatus | None) -> Step:
    return Step(
        number=item.volgnummer,
        title=item.omschrijving,
        text=item.statustekst or item.omschrijving,
        state=state,
        since=status.datumStatusGezet if status else None,
    )
