"""E-mail addresses."""

import re

from loket.privacy.spans import Span

_EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?!\w)"
)


def find(folded: str) -> list[Span]:
    """Find e-mail addresses in a folded message; the value is in small letters."""
    return [Span(match.start(), match.end(), match.group().lower()) for match in _EMAIL.finditer(folded)]
