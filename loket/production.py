"""What must be in order before people use it: without `VERBONDEN_DEMO=1` a process refuses to start with less."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

SHORTEST = 24
"""Characters of a secret between processes: `openssl rand -base64 24` gives 32."""

GUESSED = frozenset({
    "admin", "changeme", "change-me", "default", "demo", "geheim", "password", "postgres", "redis", "root", "secret", "test",
    "valkey", "verbonden", "wachtwoord", "welkom01",
})  # fmt: skip
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
SECRETS = (
    "VERBONDEN_BOT_SECRET", "VERBONDEN_METRICS_TOKEN", "VERBONDEN_NRC_AUTHORIZATION", "ZAAKSYSTEEM_SECRET",
    "KLANTINTERACTIES_TOKEN",
    "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_OLD", "VERBONDEN_DIGID_CLIENT_SECRET", "VERBONDEN_MEDEWERKERS_CLIENT_SECRET",
)  # fmt: skip
"""Secrets that are looked at when they are set; the ones of other parties may be shorter than ours, not guessable."""

ADDRESSES = ("VERBONDEN_DATABASE_URL", "VERBONDEN_REDIS_URL")


class NotSafe(ValueError):
    """Settings with which the public may not be served; `problems` says each in a sentence, without any secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def check(environment: Mapping[str, str]) -> None:
    """Look at the settings of a process. Nothing is refused in the demonstration. Raises NotSafe."""
    if environment.get("VERBONDEN_DEMO") == "1":
        return
    problems = [
        f"{name} is a word that anybody would try: make one with `openssl rand -base64 24`."
        for name in SECRETS
        if _guessed(environment.get(name, "").removeprefix("Bearer "))
    ]
    if len(environment.get("VERBONDEN_BOT_SECRET", "")) < SHORTEST:
        problems.append(f"VERBONDEN_BOT_SECRET is shorter than {SHORTEST} characters.")
    problems += [
        f"{name} holds a key that anybody would try."
        for name in ("VERBONDEN_VAULT_KEYS", "VERBONDEN_AUDIT_KEYS")
        if any(_guessed(key.strip()) for key in environment.get(name, "").split(","))
    ]
    if not environment.get("VERBONDEN_VAULT_KEYS"):
        problems.append("VERBONDEN_VAULT_KEYS is not set: what identifies people can not be encrypted.")
    for name in ADDRESSES:
        problems += _address(name, environment.get(name, ""))
    public = urlsplit(environment.get("VERBONDEN_PUBLIC_URL", ""))
    if public.scheme != "https" and (public.hostname or "127.0.0.1") not in LOCAL:
        problems.append("VERBONDEN_PUBLIC_URL is not https: cookies and conversations could be read on the way.")
    if problems:
        raise NotSafe(problems)


def _guessed(secret: str) -> bool:
    return bool(secret) and (secret.strip().lower() in GUESSED or len(set(secret)) < 4)


def _address(name: str, url: str) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme.startswith("sqlite") or not parts.hostname:
        return []
    password = unquote(parts.password or "")
    if _guessed(password):
        return [f"{name} has a password that anybody would try."]
    if not password and parts.hostname not in LOCAL:
        return [f"{name} has no password, and is on another machine."]
    return []
