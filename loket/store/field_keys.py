"""The keys with which fields of the store are sealed: the database alone tells nothing of what people wrote or who they are.

A field is sealed with AES-256-GCM-SIV (RFC 8452): a nonce that happens to come twice gives nothing away, so there is no number of
fields after which a key is used up. A telephone number must also be found: beside its sealed form stands an index, an HMAC that
nobody can make without a key (all ten million numbers of a range are hashed in seconds, so a hash without a key hides nothing).

The keys are derived (HKDF) from those of VERBONDEN_VAULT_KEYS: the first one seals, all of them open and find. Without any
nothing is sealed; outside the demonstration no process starts so (loket.production), and `verbonden run` makes one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VARIABLE = "VERBONDEN_VAULT_KEYS"
MARK = "vz1."
"""What a sealed field begins with: the version of this form. Then the name of the key, a point, and what is sealed."""

NONCE = 12
_NAME = re.compile(rb"vz1\.([0-9a-f]{8})\.")
_NAMED = len("vz1.00000000.")


class WrongKeys(ValueError):
    """The keys can not be used; the message says why, and holds none."""


class Unreadable(ValueError):
    """A field was sealed with a key that we do not have, or was changed."""


class FieldKeys:
    """Seals and opens fields, and makes the index of a number.

    Args:
        keys: 32 random bytes each, in URL-safe base64.

    Raises:
        WrongKeys: one is something else.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        secrets = [_decoded(key) for key in keys]
        self._ciphers = {_derived(key, "name")[:4].hex(): AESGCMSIV(_derived(key, "field")) for key in secrets}
        self._first = next(iter(self._ciphers), "")
        self._indexing = [*(_derived(key, "index") for key in secrets), b""]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> FieldKeys:
        """With the keys of VERBONDEN_VAULT_KEYS, which may be none. Raises WrongKeys."""
        return cls(given(environment))

    @property
    def mark(self) -> str:
        """What a field that is sealed with the first key begins with; empty when nothing is sealed."""
        return f"{MARK}{self._first}." if self._first else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Of all keys, the one that seals first: the name is what a sealed field tells of its key, and tells nothing more."""
        return tuple(self._ciphers)

    def seal_bytes(self, data: bytes) -> bytes:
        """The bytes, unreadable without a key."""
        if not self._first:
            return data
        nonce = os.urandom(NONCE)
        return self.mark.encode() + nonce + self._ciphers[self._first].encrypt(nonce, data, None)

    def open_bytes(self, data: bytes) -> bytes:
        """The bytes again; what was never sealed, as it is. Raises Unreadable."""
        found = _NAME.match(data)
        return data if found is None else self._open(found[1], data[found.end() :])

    def seal(self, text: str) -> str:
        """The text, unreadable without a key; some 1.4 times as long, and 65 characters."""
        if not self._first:
            return text
        nonce = os.urandom(NONCE)
        sealed = nonce + self._ciphers[self._first].encrypt(nonce, text.encode(), None)
        return self.mark + base64.urlsafe_b64encode(sealed).decode()

    def open(self, text: str) -> str:
        """The text again; what was never sealed, as it is. Raises Unreadable."""
        if not text.startswith(MARK) or (found := _NAME.match(text.encode())) is None:
            return text
        try:
            return self._open(found[1], base64.urlsafe_b64decode(text[found.end() :])).decode()
        except ValueError:  # no base64, no UTF-8
            raise Unreadable from None

    def is_fresh(self, stored: str | bytes) -> bool:
        """Whether a field is sealed with the first key; True for all when there is none."""
        return stored.startswith(self.mark) if isinstance(stored, str) else stored.startswith(self.mark.encode())

    def index(self, value: str) -> str:
        """Under what a value is found: 64 characters, with the first key."""
        return self.indexes(value)[0]

    def indexes(self, value: str) -> list[str]:
        """All under which a value may be found: with each key, and as it was written without any."""
        return [hmac.new(key, value.encode(), hashlib.sha256).hexdigest() for key in self._indexing]

    def _open(self, name: bytes, sealed: bytes) -> bytes:
        try:
            return self._ciphers[name.decode()].decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except (KeyError, ValueError, InvalidTag):
            raise Unreadable from None


def key_of(stored: str | bytes) -> str:
    """The name of the key that a field was sealed with; empty for what was never sealed. JSON may have its quote still."""
    begin = stored if isinstance(stored, bytes) else stored[: _NAMED + 1].encode()
    found = _NAME.match(begin.removeprefix(b'"'))
    return found[1].decode() if found else ""


def given(environment: Mapping[str, str]) -> list[str]:
    """The keys of VERBONDEN_VAULT_KEYS."""
    return [key.strip() for key in environment.get(VARIABLE, "").split(",") if key.strip()]


@cache
def field_keys() -> FieldKeys:
    """The keys of this process. Raises WrongKeys."""
    return FieldKeys.from_environment(os.environ)


def _decoded(key: str) -> bytes:
    try:
        found = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 32:
        raise WrongKeys(f"{VARIABLE} must hold keys of 32 random bytes in URL-safe base64, separated by commas")
    return found


def _derived(key: bytes, use: str) -> bytes:
    return HKDF(SHA256(), 32, None, f"verbonden {use} 1".encode()).derive(key)
