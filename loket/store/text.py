"""Text that every database can hold, and that shows to a reader what it is."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without what no honest keyboard types.

    NUL (PostgreSQL refuses it), half surrogate pairs (no UTF-8 exists for them; JSON can carry them), the other control
    characters (a terminal that shows a log obeys them), and the signs that turn the order of letters around (Unicode UAX 9: with
    them a reader sees another text than the one that is masked and searched). The marks that Arabic and Hebrew need (U+200E,
    U+200F) stay.
    """
    return _UNSTORABLE.sub("", text)
