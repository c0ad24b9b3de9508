"""What can go wrong with a log-in elsewhere. No error holds a token, a code, a claim or an address with one of them."""

from __future__ import annotations


class OidcError(Exception):
    """A log-in that did not succeed. `reason` is a short code for logs and tests."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderUnavailable(OidcError):
    """The provider gives no usable answer in time: trying again later makes sense."""


class LoginRefused(OidcError):
    """The provider says no: the person cancelled, or may not. `reason` is its error code of RFC 6749 or OpenID Connect."""


class LoginInvalid(OidcError):
    """What came back is not the answer to our question, or its token is not what it must be. Never try it again."""


class WrongProviderSettings(ValueError):
    """The settings of a provider can not be used; the message says which variable and why."""
