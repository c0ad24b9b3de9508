"""Whether a webhook really comes from the provider, and whether it came before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from multidict import MultiDict
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from twilio.request_validator import RequestValidator

from loket.store.partners import SeenWebhook
from loket.store.retention import Rule

HEADER = "X-Twilio-Signature"
RETRY_WITHIN = timedelta(minutes=10)
"""The provider repeats a request within seconds (15 s in all); the same signed request after this time is a replay."""

KEEP = timedelta(days=30)
"""How long a request is remembered. Afterwards the id of its message still is, as long as the conversation."""


class Refused(Exception):
    """The request is not from the provider: `reason` is missing, wrong, replayed, or malformed (signed, yet unreadable)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Signed:
    """A request with a right signature: its parameters, and a digest that names it."""

    parameters: Mapping[str, str]
    digest: str


def check(tokens: Sequence[str], url: str, content_type: str, body: bytes, signature: str | None) -> Signed:
    """The parameters of a webhook whose signature is right.

    Args:
        tokens: any of these may have signed it.
        url: the public address with the query as the provider called it, never `request.url` (behind a proxy it differs).
        content_type: without parameters.
        body: raw; a form, or JSON with its SHA-256 in the query.
        signature: the header, None when it is not there.

    Raises Refused.
    """
    if not signature:
        raise Refused("missing")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("wrong") from None
    is_json = content_type == "application/json"
    if is_json and "bodySHA256=" not in url:
        raise Refused("wrong")  # without the hash the signature says nothing about the body
    given: MultiDict[str] | str = text if is_json else MultiDict(parse_qsl(text, keep_blank_values=True))
    if not any(RequestValidator(token).validate(url, given, signature) for token in tokens):
        raise Refused("wrong")
    digest = hashlib.sha256(signature.encode() + b"\n" + body).hexdigest()
    if not isinstance(given, str):
        return Signed({name: given[name] for name in given}, digest)
    try:
        found = json.loads(given)
        return Signed({str(name): str(value) for name, value in found.items() if value is not None}, digest)
    except (ValueError, AttributeError, RecursionError):
        raise Refused("malformed") from None


class Replays:
    """Remembers signed requests for all processes."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def note(self, session: AsyncSession, digests: Collection[str]) -> Mapping[str, Refused | None]:
        """Note requests, in the transaction that does what they ask.

        Returns those that were seen before: None for the provider's own repetition, else why it is refused. Raises IntegrityError
        if another process took one of them at the same moment.
        """
        now = self._clock()
        found = await session.execute(select(SeenWebhook.digest, SeenWebhook.at).where(SeenWebhook.digest.in_(digests)))
        seen = {digest: at for digest, at in found}
        if fresh := [{"digest": digest, "at": now} for digest in digests if digest not in seen]:
            await session.execute(insert(SeenWebhook), fresh)
        return {digest: Refused("replayed") if now - at > RETRY_WITHIN else None for digest, at in seen.items()}


def forget_seen() -> Rule:
    """Removes what is too old to matter."""

    async def apply(session: AsyncSession, now: datetime) -> int:
        old = select(SeenWebhook.digest).where(SeenWebhook.at < now - KEEP)
        done = await session.execute(
            delete(SeenWebhook).where(SeenWebhook.digest.in_(old)).execution_options(synchronize_session=False)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]

    return Rule("seen_webhook", apply)
