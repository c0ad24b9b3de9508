"""One WebSocket of a citizen: replay, live messages in order, nothing twice (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from channels import wire
from channels.delivery import tell_desk
from channels.pace import Pace
from channels.web.hidden import hidden, logged_in_since
from channels.web.hub import Hub
from channels.web.sessions import NAME, Session
from loket import metrics
from loket.answers.compose import Composer
from loket.bus import Bus, Event
from loket.conversations import journal
from loket.conversations.inbox import Inbox, Refused, utcnow
from loket.conversations.language import chosen
from loket.conversations.model import MAX_TEXT, Inbound
from loket.conversations.preview import Preview
from loket.conversations.states import HUMAN_OWNED, State
from loket.handoff import queue
from loket.identity import trust
from loket.store.engine import Store
from loket.store.schema import Conversation, Message, WebSession

log = structlog.get_logger(__name__)
FRAME_BYTES = 32 * 1024
NO_SESSION = 4401
"""Close code: there is no such session, or no longer; the client opens a new one."""

ACK_EVERY = 1.0
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Services:
    """What a connection needs."""

    store: Store
    inbox: Inbox
    bus: Bus
    hub: Hub
    composer: Composer
    name: str
    pace: Pace
    preview: Preview


class CitizenConnection:
    """Serves one socket until it closes."""

    def __init__(self, services: Services, session: Session, socket: web.WebSocketResponse, after: int) -> None:
        self._s, self._session, self._socket, self._after = services, session, socket, after
        self._conversation = session.conversation_id
        self._bell = asyncio.Event()
        self._known: dict[int, Message] = {}
        self._look_due = self._state_due = True
        self._told_preview = False
        self._since: datetime | None = None
        self._pulling = asyncio.Lock()
        self._acked = 0
        self._ack_task: asyncio.Task[None] | None = None

    def wake(self, event: Event) -> None:
        """Called by the hub."""
        kind = event["kind"]
        if kind == "typing":
            if event.get("author") in ("bot", "human"):
                asyncio.create_task(self._send({"type": "typing", "author": event["author"]}))  # noqa: RUF006
            return
        if kind == "delivery":
            return  # for the desk
        if kind == "erased":
            asyncio.create_task(self._gone())  # noqa: RUF006
            return
        if kind == "message":
            if event.get("seq", self._after + 1) <= self._after:
                return  # shown already
            row = event.get("row")
            if row is not None and not (row.content or {}).get("trust"):
                self._known[row.seq] = row  # stored here a moment ago: the store need not be asked for it
            else:
                self._look_due = True
        elif kind in ("state", "place"):
            self._look_due = self._state_due = True
        else:
            return  # not for the citizen
        self._bell.set()

    async def serve(self) -> None:
        """Welcome, replay, then both directions until the socket closes."""
        structlog.contextvars.bind_contextvars(conversation=self._conversation)
        self._s.hub.add(self._conversation, self)
        try:
            try:
                await self._welcome()
            except SQLAlchemyError:
                log.exception("web.welcome_failed")
                await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
                return
            pushing = asyncio.create_task(self._push())
            try:
                async for frame in self._socket:
                    if frame.type is WSMsgType.TEXT:
                        await self._receive(frame.data)
            finally:
                pushing.cancel()
                await asyncio.gather(pushing, return_exceptions=True)
        finally:
            self._s.hub.remove(self._conversation, self)

    async def _send(self, body: dict[str, Any]) -> None:
        if not self._socket.closed:
            try:
                await self._socket.send_json(body, dumps=lambda value: json.dumps(value, ensure_ascii=False))
            except (ConnectionError, RuntimeError):
                pass  # the socket went away; the client comes back and replays

    async def _gone(self) -> None:
        """The citizen deleted the conversation, here or in another tab: nothing of it may stay on the screen."""
        await self._send({"type": "erased"})
        await self._socket.close(code=NO_SESSION)

    # -- from us to the citizen ----------------------------------------------------------------------------------

    async def _welcome(self) -> None:
        async with self._s.store.read(brief=True) as session:
            conversation = await session.get_one(Conversation, self._conversation)
            state = await self._state(session, conversation)
        self._state_due = False
        await self._send({"type": "welcome", "session": self._session.id, "last_seq": conversation.last_seq, **state})
        await self._pull()

    async def _state(self, session: Any, conversation: Conversation) -> dict[str, Any]:
        state = State(conversation.state)
        human = None
        if state in HUMAN_OWNED:
            organisation = self._s.composer.directory.name_in_sentence(conversation.owner_organisation)
            human = {"name": conversation.owner_name, "organisation": organisation}
        place = await queue.place(session, conversation) if state is State.QUEUED else None
        level = trust.current(conversation, utcnow())
        until = wire.moment(conversation.trust_until) if level != trust.ANONYMOUS else None
        told = {"trust": level, "trust_until": until, "language": chosen(conversation)}
        self._told_preview = self._s.preview.in_state(state)
        return {"state": state.value, "human": human, "place": place, "preview": self._told_preview, **told}

    async def _push(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            try:
                await self._show_known()
                if self._look_due:
                    await self._pull()
                if self._state_due:
                    self._state_due = False
                    async with self._s.store.read(brief=True) as session:
                        conversation = await session.get_one(Conversation, self._conversation)
                        body = await self._state(session, conversation)
                    await self._send({"type": "state", **body})
            except SQLAlchemyError as error:
                log.warning("web.push_failed", error=type(error).__name__)
                await asyncio.sleep(1)
                self._look_due = True
                self._bell.set()

    async def _show_known(self) -> None:
        """Send what was stored by this process, as far as it comes next; what is between it and the last one must be looked up."""
        async with self._pulling:
            while (row := self._known.get(self._after + 1)) is not None:
                await self._show(row)
        self._look_due |= bool(self._known)

    async def _pull(self) -> None:
        """Send every message after the last one sent, in order; also those of a follow-up that another tab began."""
        async with self._pulling:
            await self._pull_now()

    async def _pull_now(self) -> None:
        self._look_due = False
        self._known.clear()
        async with self._s.store.read(brief=True) as session:
            current = await session.scalar(
                select(Conversation)
                .join(WebSession, WebSession.conversation_id == Conversation.id)
                .where(WebSession.id == self._session.id)
            )
            if current is None:
                await self._gone()
                return
            if current.id != self._conversation:
                self._move_to(current.id)
            since = await logged_in_since(session, self._conversation, utcnow())
            if since != self._since:  # logged in or out: what may be read changes, so all of it is sent anew
                self._since, self._after = since, 0
            rows = await journal.messages(
                session, await journal.chain(session, self._conversation), after=self._after, for_citizen=True
            )
        for row in rows:
            await self._show(row)

    async def _show(self, row: Message) -> None:
        body = hidden(row, wire.message(row, self._s.composer.directory, self._s.name), self._since, self._s.composer)
        body["id"] = row.provider_id.partition(":")[2] if row.author == "citizen" and row.provider_id else None
        self._after = row.seq
        self._known.pop(row.seq, None)
        await self._send({"type": "message", "message": body})

    def _move_to(self, conversation_id: str) -> None:
        """Show another conversation: the one that follows ours."""
        self._s.hub.remove(self._conversation, self)
        self._conversation = conversation_id
        self._s.hub.add(self._conversation, self)
        self._state_due = True

    # -- from the citizen to us ----------------------------------------------------------------------------------

    async def _receive(self, data: str) -> None:
        try:
            body = json.loads(data)
            kind = body["type"]
        except (ValueError, KeyError, TypeError, RecursionError):
            await self._send({"type": "error", "code": "malformed"})
            return
        if kind == "message":
            await self._accept(body, str(body.get("text") or ""), None)
        elif kind == "button":
            await self._button(body)
        elif kind == "typing":
            self._typing(body)
        elif kind == "ack" and _number(body.get("seq")):
            self._acked = max(self._acked, body["seq"])
            if self._ack_task is None or self._ack_task.done():
                self._ack_task = asyncio.create_task(self._ack())
        elif kind == "ping":
            await self._send({"type": "pong"})

    def _typing(self, body: dict[str, Any]) -> None:
        """Pass on that the citizen types; what they type only where it is on, and this page could tell them so."""
        event: Event = {"kind": "typing", "conversation": self._conversation, "author": "citizen"}
        text = body.get("text")
        if isinstance(text, str) and self._told_preview and self._s.preview.on:
            event["text"] = self._s.preview.words(text[:MAX_TEXT])
        self._s.bus.publish(event)

    async def _button(self, body: dict[str, Any]) -> None:
        """A press counts only if we offered this button in this conversation: payloads can not be made up."""
        seq, payload = body.get("seq"), body.get("payload")
        if not isinstance(payload, str) or not _number(seq):
            await self._refuse(body, "malformed", "geweigerd.even_niet")
            return
        try:
            async with self._s.store.read(brief=True) as session:
                ids = await journal.chain(session, self._conversation)
                offer = await session.scalar(
                    select(Message).where(Message.conversation_id.in_(ids), Message.seq == seq, Message.author != "citizen")
                )
        except SQLAlchemyError:
            log.exception("web.store_failed")
            await self._refuse(body, "busy", "geweigerd.even_niet")
            return
        offered = {b["payload"]: b["title"] for b in ((offer.content or {}).get("buttons", []) if offer else [])}
        if payload not in offered:
            await self._refuse(body, "malformed", "geweigerd.even_niet")
            return
        await self._accept(body, offered[payload], payload)

    async def _accept(self, body: dict[str, Any], text: str, payload: str | None) -> None:
        client_id = str(body.get("id") or "")
        if not CLIENT_ID.fullmatch(client_id):
            await self._send({"type": "error", "code": "malformed"})
            return
        if not await self._s.pace.message(self._session.id):
            metrics.count("refused", what="messages")
            await self._refuse(body, "too_fast", "geweigerd.te_snel")
            return
        inbound = Inbound(NAME, self._session.id, f"{self._session.id}:{client_id}", text, utcnow(), payload)
        try:
            received = await self._s.inbox.receive(self._conversation, inbound, begin=True)
        except Refused as refused:
            key = {"empty": "geweigerd.leeg", "too_long": "geweigerd.te_lang"}[refused.code]
            await self._refuse(body, refused.code, key, maximum=MAX_TEXT)
            return
        except journal.UnknownConversation:
            await self._gone()
            return
        except SQLAlchemyError:
            log.exception("web.store_failed")
            await self._refuse(body, "busy", "geweigerd.even_niet")
            return
        if received.conversation_id != self._conversation:
            closed = self._conversation
            self._move_to(received.conversation_id)
            self._s.bus.publish({"kind": "state", "conversation": closed})  # the citizen's other tabs move with it
        metrics.count("messages_in", channel=NAME)
        await self._send({"type": "accepted", "id": client_id, "seq": received.seq})
        if received.message is not None and received.seq == self._after + 1 and not self._pulling.locked():
            await self._show(received.message)  # nothing came in between: the store need not be asked
        mine = {"kind": "message", "conversation": received.conversation_id, "seq": received.seq, "deliver": False}
        self._s.bus.publish(mine)  # for the citizen's other tabs and the desk: there is nothing to bring to the citizen
        self._s.bus.publish({"kind": "wake", "conversation": received.conversation_id}, here_only=received.begun)

    async def _refuse(self, body: dict[str, Any], code: str, key: str, **values: Any) -> None:
        text = self._s.composer.text(key, **values).text
        await self._send({"type": "refused", "id": body.get("id"), "code": code, "text": text})

    async def _ack(self) -> None:
        """Note what was shown, at most once a second: a commit for every message would cost more than it tells."""
        await asyncio.sleep(ACK_EVERY)
        try:
            async with self._s.store.write(brief=True) as session:
                arrived = (
                    await session.execute(
                        update(Message)
                        .where(
                            Message.conversation_id == self._conversation,
                            Message.seq <= self._acked,
                            Message.delivery.in_(("pending", "sent")),
                        )
                        .values(delivery="delivered")
                        .returning(Message.seq, Message.author)
                    )
                ).all()
                await session.execute(update(WebSession).where(WebSession.id == self._session.id).values(seen_at=utcnow()))
        except SQLAlchemyError as error:
            log.warning("web.ack_failed", error=type(error).__name__)
            return
        for seq, author in arrived:
            tell_desk(self._s.bus, self._conversation, seq, author)


def _number(value: object) -> bool:
    """Whether it can be a sequence number, for any database."""
    return isinstance(value, int) and 0 <= value < 2**31
