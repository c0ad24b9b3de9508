"""What each error of the provider means for us (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Consequence:
    """What follows from an error.

    Attributes:
        reason: for the desk and the metrics, a code.
        again_after: try again after this time, and each further time twice as long; None: never.
        times: how often at most; 0 is as long as a message may wait.
        unreachable: nothing can be sent to this address any more, and why.
        opted_out: the citizen stopped messages at the provider.
        window_closed: WhatsApp's window is closed, whatever we thought.
    """

    reason: str
    again_after: timedelta | None = None
    times: int = 0
    unreachable: str | None = None
    opted_out: bool = False
    window_closed: bool = False


_SOON, _LATER = timedelta(seconds=2), timedelta(minutes=10)

BY_CODE = {
    # The request was refused.
    21211: Consequence("unknown_number", unreachable="unknown"),
    21408: Consequence("country"),
    21610: Consequence("opted_out", opted_out=True),
    21612: Consequence("no_route", unreachable="unknown"),
    21614: Consequence("landline", unreachable="landline"),
    21617: Consequence("too_long"),
    21620: Consequence("file"),
    20003: Consequence("account", again_after=timedelta(minutes=1)),
    20429: Consequence("throttled", again_after=_SOON),
    63007: Consequence("sender"),
    # It was taken, and did not arrive.
    30001: Consequence("throttled", again_after=timedelta(minutes=1), times=5),
    30003: Consequence("telephone_off", again_after=_LATER, times=3),
    30004: Consequence("blocked", unreachable="blocked"),
    30005: Consequence("unknown_number", unreachable="unknown"),
    30006: Consequence("landline", unreachable="landline"),
    30007: Consequence("filtered"),
    30008: Consequence("unknown", again_after=timedelta(minutes=1), times=1),
    30036: Consequence("too_late"),
    63019: Consequence("file"),
    63016: Consequence("window_closed", again_after=timedelta(0), times=1, window_closed=True),
    63024: Consequence("no_whatsapp", again_after=timedelta(0), times=1, unreachable="no_whatsapp"),
}
"""30003 is a telephone that is off or out of reach: it may come back. 63016 and 63024 are tried once more, for then another way
is taken: a template, or SMS for who agreed to that."""

OUTAGE = Consequence("outage", again_after=_SOON)
THROTTLED = BY_CODE[20429]


def refused(code: int, status: int) -> Consequence:
    """What follows when the provider did not take a message."""
    if code in BY_CODE:
        return BY_CODE[code]
    if status == 429:
        return THROTTLED
    if status == 0 or status >= 500 or status == 408:
        return OUTAGE
    if status in (401, 403):
        return BY_CODE[20003]
    return Consequence(f"error_{code or status}")


def undelivered(code: int | None) -> Consequence:
    """What follows when a message was taken and did not arrive."""
    return BY_CODE.get(code or 0) or Consequence(f"error_{code or 0}")
