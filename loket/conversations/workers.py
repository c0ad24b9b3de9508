"""Finding the conversations that have work, and running the handler for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from loket import tracing
from loket.conversations import journal
from loket.conversations.inbox import Inbox

log = structlog.get_logger(__name__)
RETRY_SECONDS = 1.0
LIMIT = 128
"""Conversations that one process has in hand; most wait for the bot engine, which costs nothing (channels/bot_gate.py)."""

Run = Callable[[str], Awaitable[int]]


class Workers:
    """Runs the handler for conversations with work: at once when rung, and by looking around for what was missed.

    Args:
        limit: conversations handled at the same time in this process.
        look_every: seconds between looks in the store; the bus may have lost a bell, or a process its life.
    """

    def __init__(self, inbox: Inbox, run: Run, limit: int = LIMIT, look_every: float = 1.0) -> None:
        self._inbox, self._run, self._look_every = inbox, run, look_every
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._slots = asyncio.Semaphore(limit)
        self._task: asyncio.Task[None] | None = None

    def room(self) -> bool:
        """Whether a conversation can be begun with at once."""
        return not self._slots.locked()

    def ring(self, conversation_id: str) -> None:
        """There is work for this conversation."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._one(conversation_id))
        self._running[conversation_id] = task
        task.add_done_callback(lambda _: self._done(conversation_id))

    def _done(self, conversation_id: str) -> None:
        self._running.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.ring(conversation_id)

    async def _one(self, conversation_id: str) -> None:
        structlog.contextvars.bind_contextvars(conversation=conversation_id)  # in this task: every line of the log has it
        async with self._slots:
            try:
                with tracing.span("conversation", conversation=conversation_id):
                    await self._run(conversation_id)
            except journal.UnknownConversation:
                log.warning("worker.unknown_conversation")
            except Exception:
                log.exception("worker.failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def start(self) -> None:
        """Begin to look around."""
        self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            try:
                for conversation_id in await self._inbox.waiting():
                    if conversation_id not in self._running:
                        self.ring(conversation_id)
            except Exception:
                log.exception("worker.look_failed")
            await asyncio.sleep(self._look_every)

    async def stop(self) -> None:
        """Stop looking; conversations in hand are let go and stay unhandled for another process."""
        tasks = [t for t in (self._task, *self._running.values()) if t is not None]
        self._again.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
