"""How confidential a case is, and up to where each trust level may see.

The order is that of ``VertrouwelijkheidaanduidingEnum`` in the Zaken API (Open Zaak 1.29.1), from public to top secret.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Confidentiality(IntEnum):
    """``vertrouwelijkheidaanduiding`` of a case; a higher number is more confidential."""

    OPENBAAR = 1
    BEPERKT_OPENBAAR = 2
    INTERN = 3
    ZAAKVERTROUWELIJK = 4
    VERTROUWELIJK = 5
    CONFIDENTIEEL = 6
    GEHEIM = 7
    ZEER_GEHEIM = 8

    @classmethod
    def parse(cls, value: str) -> Confidentiality:
        """Read the standard's spelling; anything unknown or empty counts as the most confidential there is."""
        return cls.__members__.get(value.strip().upper(), cls.ZEER_GEHEIM)


class TrustLevel(StrEnum):
    """With what certainty the citizen is known at this look-up (design section 7)."""

    KENMERK = "kenmerk"
    DIGID = "digid"


KENMERK_MAXIMUM = Confidentiality.INTERN
"""Fixed: a case number with a birth date or address never opens anything above ``intern``."""

DIGID_CEILING = Confidentiality.VERTROUWELIJK
"""The highest that an administrator may set for DigiD; above it nothing is ever shown through the front line."""

DIGID_DEFAULT = Confidentiality.ZAAKVERTROUWELIJK


def may_see(case: Confidentiality, trust: TrustLevel, digid_maximum: Confidentiality = DIGID_DEFAULT) -> bool:
    """Whether a citizen at this trust level may see a case of this confidentiality.

    Args:
        case: confidentiality of the case.
        trust: trust level of the look-up.
        digid_maximum: setting of the case system; cut to :data:`DIGID_CEILING`.
    """
    if trust is TrustLevel.KENMERK:
        return case <= KENMERK_MAXIMUM
    return case <= min(digid_maximum, DIGID_CEILING)
