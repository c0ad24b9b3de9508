"""How the fake misbehaves: chances per kind of fault, for all numbers or for one, drawn from one seeded source."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, and how fast things go. Chances are 0 to 1, times in seconds.

    Attributes:
        outage: every call of the API is answered with 503.
        rest_error: chance of a 500; nothing was accepted.
        rest_throttle: chance of a 429 (20429); nothing was accepted.
        rest_lost_answer: chance that a message is accepted, and the connection breaks before the answer.
        rest_silent: chance that a call is never answered; nothing was accepted.
        rest_delay: longest wait before an answer.
        rest_per_second: calls that create a message, per sender and second; more is a 429. 0: no limit.
        inbound_duplicate: chance that the same inbound message is delivered a second time.
        inbound_delay: longest wait before an inbound message is delivered.
        signature: `right`, `old` (signed with the token from before a rotation), `wrong` or `none`.
        status_duplicate: chance that a call-back comes twice.
        status_reorder: chance that a call-back comes after the next one.
        status_lost: chance that a call-back never comes.
        status_late: chance that a call-back comes `status_late_seconds` late.
        status_late_seconds: how late.
        status_json: call-backs are JSON with `bodySHA256` instead of a form.
        step: longest time between two states of a message.
        undelivered: chance that a message is not delivered.
        undelivered_code: why it is not.
        rejected: chance that a message fails before it is sent, with `rejected_code`.
        rejected_code: why.
        read: chance that a delivered WhatsApp message is read.
        on_whatsapp: whether the number has WhatsApp; otherwise 63024.
        landline: `refused` (21614 by the API), `undelivered` (30006 afterwards), or `mobile` (delivered all the same).
    """

    outage: bool = False
    rest_error: float = 0
    rest_throttle: float = 0
    rest_lost_answer: float = 0
    rest_silent: float = 0
    rest_delay: float = 0
    rest_per_second: float = 0
    inbound_duplicate: float = 0
    inbound_delay: float = 0
    signature: str = "right"
    status_duplicate: float = 0
    status_reorder: float = 0
    status_lost: float = 0
    status_late: float = 0
    status_late_seconds: float = 5
    status_json: bool = False
    step: float = 0.6
    undelivered: float = 0
    undelivered_code: int = 30003
    rejected: float = 0
    rejected_code: int = 30008
    read: float = 1
    on_whatsapp: bool = True
    landline: str = "refused"


CHANCES = tuple(name.name for name in fields(Faults) if name.name.startswith(("rest_", "inbound_", "status_")) or name.name in (
    "undelivered", "rejected", "read"))
_NO_CHANCE = {"rest_delay", "rest_per_second", "inbound_delay", "status_late_seconds", "status_json"}
_WORDS = {"signature": ("right", "old", "wrong", "none"), "landline": ("refused", "undelivered", "mobile")}


class WrongFault(ValueError):
    """A setting that does not exist or can not have this value; the message says which."""


def changed(faults: Faults, given: Mapping[str, Any]) -> Faults:
    """The faults with some settings replaced.

    Raises:
        WrongFault: one is unknown or out of range.
    """
    defaults = asdict(Faults())
    for name, value in given.items():
        if name not in defaults:
            raise WrongFault(f"{name} is unknown")
        default = defaults[name]
        if isinstance(default, bool):
            good = isinstance(value, bool)
        elif isinstance(default, str):
            good = value in _WORDS[name]
        else:
            good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            good = good and (name not in CHANCES or name in _NO_CHANCE or value <= 1)
        if not good:
            raise WrongFault(f"{name} can not be {value!r}")
    return replace(faults, **given)


class Chance:
    """One seeded source, so that a run can be repeated."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)

    def hits(self, chance: float) -> bool:
        """Whether it happens now."""
        return chance > 0 and self._random.random() < chance

    def up_to(self, seconds: float) -> float:
        """A time between none and so many seconds."""
        return self._random.uniform(0, seconds) if seconds > 0 else 0.0
