"""What a channel can do; frozen, one per channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Capabilities:
    """What a channel can show and take.

    Attributes:
        buttons: quick replies can be shown as such.
        links: links can be shown apart from the text.
        short: texts are sent in their short form.
        max_text: characters that one message to the citizen may hold.
        media: whether citizens may send media.
        window: how long after the citizen's last message free text may be sent; None is always.
        pull: the citizen's client fetches messages from the store itself; delivery is a bell.
        pause: messages of a citizen that come within this time of each other are read as one thought.
    """

    buttons: bool
    links: bool
    short: bool
    max_text: int
    media: bool
    window: timedelta | None
    pull: bool
    pause: timedelta = timedelta(0)
