"""Short messages that need no language model: "uitloggen", and after a case was told "wanneer dan?" or "en die andere?".

What such a message means depends on what was said before it, which an understanding of one message can not know. Only whole
messages count, so that nothing that says more than this is caught.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loket.conversations.bot import Bot
from loket.conversations.model import BotReply
from loket.understanding.patterns import PatternGroups, fold

REACH = 20
"""A question belongs to a case that was told at most so many messages ago, and only if nothing else came up since."""

_EDGES = re.compile(r"^[\s.,!?;:-]+|[\s.,!?;:-]+$")


class Shortcuts:
    """Finds what a whole short message means.

    Args:
        always: payload name by group of patterns, in any conversation.
        after_case: kind of question (`soort`) by group, once a case was told.
    """

    def __init__(self, always: PatternGroups, after_case: PatternGroups) -> None:
        self._always, self._after_case = always, after_case

    @classmethod
    def load(cls, path: Path) -> Shortcuts:
        """Read `altijd` and `na_zaak` of a file. Raises InvalidPatterns."""
        return cls(PatternGroups.load(path, "altijd"), PatternGroups.load(path, "na_zaak"))

    def payload(self, text: str, context: Mapping[str, Any]) -> str | None:
        """The payload that a message stands for, or None."""
        whole = _EDGES.sub("", fold(text))
        found = self._always.first(whole)
        if found is not None:
            return f"/{found}"
        kind = self._after_case.first(whole) if _about_a_case(context) else None
        return None if kind is None else "/vervolg" + json.dumps({"soort": kind})


def _about_a_case(context: Mapping[str, Any]) -> bool:
    facts = context.get("facts") or {}
    told = max((int(key.partition(".")[0]) for key in facts.get("zaken") or {}), default=None)
    seq = int(context.get("seq") or 0)
    return told is not None and seq - told <= REACH and int(facts.get("onderwerp_seq") or 0) <= told


class ShortcutBot:
    """A bot that takes the short way where there is one."""

    def __init__(self, bot: Bot, shortcuts: Shortcuts) -> None:
        self._bot, self._shortcuts = bot, shortcuts

    async def answer(
        self, session: str, message_id: str, text: str, payload: str | None, context: dict[str, Any], again: bool
    ) -> BotReply:
        """See `Bot.answer`."""
        meant = payload or self._shortcuts.payload(text, context)
        return await self._bot.answer(session, message_id, text, meant, context, again)

    async def understand(self, text: str) -> dict[str, Any]:
        """See `Bot.understand`."""
        return await self._bot.understand(text)
