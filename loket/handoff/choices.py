"""What a citizen who waits can choose: the payloads of the buttons (data/antwoorden/knoppen.yaml).

They are settled here in the core: whoever asks to be called needs no dialogue engine for it.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

from loket.handoff.moments import Window

CALL, OTHER_MOMENT, NO_CALL, THIS_NUMBER = "/terugbellen", "/terugbellen_anders", "/bel_niet", "/dit_nummer"
LEAVE, GO_ON = "/laat_staan", "/verder"
FIXED = frozenset({CALL, OTHER_MOMENT, NO_CALL, THIS_NUMBER, LEAVE, GO_ON})

_MOMENT = re.compile(r"/belmoment(\{.*\})")


def moment(window: Window) -> str:
    """The payload of a button that chooses a stretch of time."""
    return f"/belmoment{json.dumps({'van': window.start.isoformat(), 'tot': window.end.isoformat()})}"


def read_moment(payload: str | None) -> Window | None:
    """The stretch of time of such a button; None for any other payload."""
    found = _MOMENT.fullmatch(payload or "")
    if found is None:
        return None
    raw = json.loads(found[1])
    return Window(datetime.fromisoformat(raw["van"]), datetime.fromisoformat(raw["tot"]))
