"""Sealing of what must be kept for a while and must not be readable in the store: a BSN, what a log-in must remember."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from loket.store.field_keys import VARIABLE, given


class WrongVaultKeys(ValueError):
    """The keys can not be used; the message says why."""


class Unreadable(ValueError):
    """A sealed text is not of this vault, too old, or was changed."""


class Vault:
    """Seals and opens texts with Fernet (AES-128-CBC with HMAC-SHA256).

    Args:
        keys: Fernet keys; the first one seals, all of them open. To change the key: put a new one in front, and leave the
            old one out once nothing sealed with it is needed any more (an hour is enough, see loket.identity.digid).

    Raises:
        WrongVaultKeys: there is none, or one is no Fernet key.
    """

    def __init__(self, keys: list[str]) -> None:
        try:
            self._first, *_ = each = [Fernet(key) for key in keys]
            self._fernet = MultiFernet(each)
        except ValueError:
            raise WrongVaultKeys(
                f"{VARIABLE} must hold one or more Fernet keys (32 random bytes in URL-safe base64), separated by commas"
            ) from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Vault | None:
        """The vault of VERBONDEN_VAULT_KEYS; None when that is not set. Raises WrongVaultKeys."""
        keys = given(environment)
        return cls(keys) if keys else None

    def seal(self, text: str) -> str:
        """The text, unreadable without a key."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, seconds: int | None = None) -> str:
        """The text again.

        Args:
            sealed: by `seal`.
            seconds: how old it may be.

        Raises:
            Unreadable: see there.
        """
        try:
            return self._fernet.decrypt(sealed.encode(), ttl=seconds).decode()
        except (InvalidToken, UnicodeError):
            raise Unreadable from None

    def is_fresh(self, sealed: str) -> bool:
        """Whether it was sealed with the first key."""
        try:
            self._first.decrypt(sealed.encode())
        except (InvalidToken, UnicodeError):
            return False
        return True

    def renew(self, sealed: str) -> str:
        """The same, sealed with the first key; it stays as old as it was. Raises Unreadable."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise Unreadable from None
