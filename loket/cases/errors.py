"""What can go wrong when a case system is asked.

None of these errors ever carries a case number, a BSN, a birth date, an address or any text of the case system: they end
up in logs and traces. They carry a short machine-readable reason instead.

"There is no such case", "the second factor is wrong" and "this case is too confidential" are not errors: all three are an
empty answer, so that a caller cannot tell them apart.
"""

from __future__ import annotations


class CaseSystemError(Exception):
    """Base of everything that a case system client raises.

    Attributes:
        reason: short machine-readable code, safe to log (for example ``timeout`` or ``invalid-jwt-signature``).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(CaseSystemError):
    """The case system did not give a usable answer now: down, slow, overloaded, or talking nonsense. Worth trying later."""


class Misconfigured(CaseSystemError):
    """The case system refuses us or the configuration is wrong: trying again does not help, an administrator must act."""


class InvalidInput(CaseSystemError):
    """What was asked can never be right (empty, malformed, fails the elfproef), so it was not sent to any case system.

    Attributes:
        field: which input it was: ``zaaknummer``, ``bsn``, ``geboortedatum``, ``postcode`` or ``huisnummer``.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}:{reason}")
        self.field = field


class Rejected(Misconfigured):
    """The system refuses what was sent (400).

    Attributes:
        params: name and code of each field that is wrong, as in ``invalidParams``; never a value.
    """

    def __init__(self, reason: str, params: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(reason)
        self.params = params


class NotFound(CaseSystemError):
    """A thing asked for by its address or page does not exist (any more). Never leaves a case system client."""
