"""The wording of a message: what it says apart from the case numbers in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from loket.privacy.entities import Entity
from loket.privacy.extraction import extract

NUMBERS = ("zaaknummer",)
LEAST_WORDS = 2
"""With fewer words left the number itself is what the message says."""

ANY_DAY = date(2026, 1, 1)
"""Where only case numbers are looked for, the day on which "gisteren" is read does not matter."""


def worded(text: str, entities: Sequence[Entity] | None = None) -> str:
    """The message without its case numbers.

    Most messages with a number ask how far the case is, so the letters of a number alone made a status question of
    "ik ben het niet eens met het besluit in ZAAK-2026-0000000001".

    Args:
        text: the message.
        entities: what was found in it; looked for where it is None.
    """
    found = extract(text, ANY_DAY) if entities is None and any(sign.isdigit() for sign in text) else entities or ()
    rest, position = [], 0
    for entity in sorted((one for one in found if one.kind in NUMBERS), key=lambda one: one.start):
        if entity.start >= position:
            rest.append(text[position : entity.start])
            position = entity.end
    if not rest:
        return text
    bare = " ".join("".join([*rest, " ", text[position:]]).split())
    return bare if sum(any(sign.isalpha() for sign in word) for word in bare.split()) >= LEAST_WORDS else text
