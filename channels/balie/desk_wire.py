"""Lists and conversations of the desk as JSON (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from channels import wire
from loket.conversations.desk_lists import Detail, Row
from loket.conversations.states import WAITING
from loket.directory import Directory
from loket.handoff import teams
from loket.handoff.targets import WaitTargets
from loket.store.desk import Mention, Transfer
from loket.store.engine import Store
from loket.store.schema import Conversation


class DeskWire:
    """Makes the JSON. `assistant` is the bot's name, `summary` gives that of a conversation as it is now."""

    def __init__(
        self, store: Store, directory: Directory, assistant: str, targets: WaitTargets,
        summary: Callable[[Conversation], dict[str, Any] | None],
    ) -> None:
        self._store, self._directory, self._assistant, self._targets = store, directory, assistant, targets
        self._summary = summary

    async def items(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The lines of a list."""
        names = await self._teams()
        return [self._item(row, names) for row in rows]

    async def detail(self, detail: Detail) -> dict[str, Any]:
        """One conversation with everything around it."""
        names = await self._teams()
        citizen = [m for m in detail.messages if m.author == "citizen"]
        row = Row(detail.conversation, citizen[-1] if citizen else None, detail.transfer, detail.mention)
        return {
            "item": self._item(row, names),
            "summary": self._summary(detail.conversation),
            "facts": detail.conversation.facts,
            "messages": [wire.message(message, self._directory, self._assistant) for message in detail.messages],
            "transitions": [
                {"from": t.from_state, "to": t.to_state, "actor": t.actor, "reason": t.reason, "at": wire.moment(t.at)}
                for t in detail.transitions
            ],
            "earlier": [_earlier(one) for one in detail.earlier],
            "closing": _closing(detail.conversation),
        }

    async def _teams(self) -> dict[str, str]:
        async with self._store.read() as session:
            return {team.id: team.name for team in await teams.active(session)}

    def _item(self, row: Row, names: Mapping[str, str]) -> dict[str, Any]:
        conversation = row.conversation
        minutes = self._targets.minutes(conversation.urgency)
        waits = conversation.state in WAITING and conversation.queued_at is not None
        due = conversation.queued_at + timedelta(minutes=minutes) if waits and conversation.queued_at else None
        team = conversation.team
        return {
            **wire.item(conversation, None if row.locked else row.last, self._directory),
            "team": {"id": team, "naam": names.get(team, team)} if team else None,
            "due_at": wire.moment(due),
            "locked": row.locked,
            "last_seq": conversation.last_seq,
            "transfer": _transfer(row.transfer),
            "mention": _mention(row.mention),
        }


def _transfer(transfer: Transfer | None) -> dict[str, Any] | None:
    if transfer is None:
        return None
    return {
        "kind": transfer.kind,
        "to": {"staff": transfer.to_staff, "team": transfer.to_team, "naam": transfer.to_name},
        "from": {"id": transfer.from_staff, "name": transfer.from_name},
        "note": transfer.note,
        "at": wire.moment(transfer.created_at),
    }


def _mention(mention: Mention | None) -> dict[str, Any] | None:
    return {"seq": mention.seq, "by": mention.by_name, "at": wire.moment(mention.created_at)} if mention else None


def _earlier(row: Conversation) -> dict[str, Any]:
    return {
        "id": row.id,
        "topic": row.topic or "",
        "state": row.state,
        "outcome": (row.closing or {}).get("outcome"),
        "at": wire.moment(row.created_at),
    }


def _closing(row: Conversation) -> dict[str, Any] | None:
    closing = row.closing
    if not closing:
        return None
    return {name: closing.get(name) for name in ("outcome", "note", "task", "on", "by", "at")}
