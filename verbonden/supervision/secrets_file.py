"""The secrets between the processes and the demo passwords: made once, kept in `var/secrets.json`, for the owner only."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that look alike: the demo passwords are typed from the screen."""


class BrokenSecrets(Exception):
    """The file can not be read; the message says what to do."""


@dataclass(frozen=True)
class Secrets:
    """What is in the file."""

    bot_secret: str
    redis_password: str
    zaaksysteem_client_id: str
    zaaksysteem_secret: str
    zaaksysteem_beheer_client_id: str
    zaaksysteem_beheer_secret: str
    klantinteracties_token: str
    nrc_authorization: str
    vault_key: str
    inlog_client_secret: str
    inlog_cookie_key: str
    twilio_account_sid: str
    twilio_auth_token: str
    demo_accounts: dict[str, str]


def password() -> str:
    """A password to be typed: 12 of 31 characters, 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def load_or_make(path: Path, usernames: Iterable[str]) -> Secrets:
    """Read the file; what is missing in it is made and written.

    Args:
        path: of the file.
        usernames: demo accounts that need a password.

    Raises:
        BrokenSecrets: it is no JSON object, or may not be read or written.
    """
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if not isinstance(kept, dict):
            raise ValueError
    except (ValueError, OSError) as error:
        raise BrokenSecrets(
            f"{path} can not be read as JSON ({type(error).__name__}): repair it, or remove it to make new ones."
        ) from None
    accounts = kept.get("demo_accounts") or {}
    whole: dict[str, Any] = {
        "bot_secret": kept.get("bot_secret") or secrets.token_urlsafe(32),
        "redis_password": kept.get("redis_password") or secrets.token_urlsafe(32),
        "zaaksysteem_client_id": kept.get("zaaksysteem_client_id") or "verbonden",
        "zaaksysteem_secret": kept.get("zaaksysteem_secret") or secrets.token_urlsafe(32),
        "zaaksysteem_beheer_client_id": kept.get("zaaksysteem_beheer_client_id") or "verbonden-beheer",
        "zaaksysteem_beheer_secret": kept.get("zaaksysteem_beheer_secret") or secrets.token_urlsafe(32),
        "klantinteracties_token": kept.get("klantinteracties_token") or secrets.token_urlsafe(32),
        "nrc_authorization": kept.get("nrc_authorization") or secrets.token_urlsafe(32),
        # A Fernet key: 32 random bytes in URL-safe base64.
        "vault_key": kept.get("vault_key") or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "inlog_client_secret": kept.get("inlog_client_secret") or secrets.token_urlsafe(32),
        "inlog_cookie_key": kept.get("inlog_cookie_key") or secrets.token_urlsafe(32),
        "twilio_account_sid": kept.get("twilio_account_sid") or "AC" + secrets.token_hex(16),
        "twilio_auth_token": kept.get("twilio_auth_token") or secrets.token_hex(16),
        "demo_accounts": {name: accounts.get(name) or password() for name in usernames},
    }
    if whole != kept:
        _write(path, {**kept, **whole})
    return Secrets(**whole)


def kept_keys(path: Path) -> dict[str, str]:
    """The keys of the vault in the file, as the setting that the processes get; nothing without a readable file."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {"VERBONDEN_VAULT_KEYS": str(kept["vault_key"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(path: Path, content: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=2)
        fresh.replace(path)
    except OSError as error:
        raise BrokenSecrets(f"{path} can not be written: {error.strerror}.") from None
