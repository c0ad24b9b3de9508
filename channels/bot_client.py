"""Rasa as the core's bot: HTTP to our own channel inside Rasa (`bot.channel`)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import aiohttp
from opentelemetry.trace import SpanKind

from channels.bot_gate import BotGate
from loket import metrics, tracing
from loket.conversations.bot import BotUnavailable
from loket.conversations.model import BotReply, HandOff

TOTAL_SECONDS = 12.0
CONNECT_SECONDS = 2.0
UNDERSTAND_SECONDS = 4.0
FAULTS = (aiohttp.ClientError, TimeoutError, ValueError)


class RasaBot:
    """Implements `loket.conversations.bot.Bot`.

    Args:
        url: of Rasa, without a path.
        secret: shared with `bot.channel`.
        seconds: how long an answer may take once it is asked.

    Attributes:
        gate: what can not be asked now waits there.
    """

    def __init__(self, url: str, secret: str, seconds: float = TOTAL_SECONDS) -> None:
        self._url, self._secret, self._seconds = url.rstrip("/"), secret, seconds
        self.gate = BotGate()
        self._http: aiohttp.ClientSession | None = None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                headers={"X-Verbonden-Secret": self._secret}, connector=aiohttp.TCPConnector(limit=64)
            )
        return self._http

    async def _post(self, path: str, body: dict[str, Any], seconds: float) -> Any:
        try:
            return await self._asked(path, body, seconds)
        except FAULTS as error:
            raise BotUnavailable(type(error).__name__) from error

    async def _asked(self, path: str, body: dict[str, Any], seconds: float) -> Any:
        timeout, began = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS), time.monotonic()
        url = f"{self._url}/webhooks/verbonden/{path}"
        try:
            with tracing.span(f"bot {path}", SpanKind.CLIENT):
                carried = tracing.carried()
                if carried and "context" in body:  # Rasa hands the context on to the actions
                    body = {**body, "context": {**body["context"], **carried}}
                async with self._session().post(url, json=body, timeout=timeout, headers=carried) as answer:
                    if answer.status != 200:
                        raise BotUnavailable(f"status {answer.status}")
                    found = await answer.json()
        except (BotUnavailable, *FAULTS) as error:
            reason = str(error) if isinstance(error, BotUnavailable) else type(error).__name__
            metrics.count("bot_failed", call=path, reason=reason[:40])
            raise
        metrics.observe("bot_seconds", time.monotonic() - began, call=path)
        return found

    async def _in_turn(self, path: str, body: dict[str, Any], seconds: float) -> Any:
        try:
            async with self.gate.turn():
                return await self._asked(path, body, seconds)
        except FAULTS as error:
            raise BotUnavailable(type(error).__name__) from error

    async def answer(
        self, session: str, message_id: str, text: str, payload: str | None, context: dict[str, Any], again: bool
    ) -> BotReply:
        """See `Bot.answer`."""
        body = {"session": session, "message_id": message_id, "text": payload or plain(text), "context": context, "again": again}
        raw = await self._in_turn("webhook", body, self._seconds)
        try:
            return _reply(raw)
        except (KeyError, TypeError, AttributeError) as error:
            raise BotUnavailable(f"nonsense: {type(error).__name__}") from error

    async def understand(self, text: str) -> dict[str, Any]:
        """See `Bot.understand`."""
        raw = await self._in_turn("understand", {"text": plain(text)}, UNDERSTAND_SECONDS)
        return raw or {}

    async def forget(self, sessions: Sequence[str]) -> None:
        """Remove everything that the bot remembers under these names. Raises BotUnavailable."""
        await self._post("forget", {"sessions": list(sessions)}, TOTAL_SECONDS)

    async def ready(self) -> bool:
        """Whether Rasa has its model loaded."""
        try:
            timeout = aiohttp.ClientTimeout(total=CONNECT_SECONDS)
            async with self._session().get(f"{self._url}/webhooks/verbonden/", timeout=timeout) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()


def plain(text: str) -> str:
    """Typed text can never be a command: Rasa takes a leading `/` for an intent and would bypass understanding."""
    return text.lstrip().lstrip("/").strip() or "?"


def _reply(raw: dict[str, Any]) -> BotReply:
    utterances, facts, handoff = [], {}, None
    for payload in raw["payloads"]:
        if "utterance" in payload:
            utterances.append(payload["utterance"])
        if "facts" in payload:
            facts.update(payload["facts"])
        if "handoff" in payload:
            handoff = HandOff(payload["handoff"]["reason"], payload["handoff"].get("urgency", "normaal"))
    return BotReply(utterances, raw.get("understanding"), handoff, facts)
