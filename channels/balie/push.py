"""The socket over which the desk hears that something changed; it says nothing of conversations that are not one's work."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy.exc import SQLAlchemyError

from channels import wire
from channels.web.routes import same_origin
from loket.bus import Bus, Event
from loket.conversations import journal
from loket.conversations.desk import Desk
from loket.directory import Directory
from loket.handoff.access import Access
from loket.handoff.presence import PresenceBook
from loket.identity.sessions import StaffSessions
from loket.identity.staff import LoggedIn

log = structlog.get_logger(__name__)
SEEN_EVERY = 30.0
"""Seconds between signs of life of an open desk page; presence is counted from them."""

FOR_ALL = ("queue", "review", "presence", "callback")
"""Bells that name nothing but that a list changed."""

KINDS = ("message", "delivery", "state", "typing", "spoed", "mention", *FOR_ALL)
ENDED = 4401
"""Close code: the log-in has ended."""


class DeskPush:
    """`GET /api/balie/ws`."""

    def __init__(self, desk: Desk, sessions: StaffSessions, bus: Bus, directory: Directory, name: str, public_url: str) -> None:
        self._desk, self._sessions, self._bus = desk, sessions, bus
        self._directory, self._name, self._public_url = directory, name, public_url
        self._access, self._presence = Access(desk.store), PresenceBook(desk.store, desk.acts.now)

    async def serve(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        """One socket, until it closes."""
        if not same_origin(request, self._public_url):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(compress=False, heartbeat=25, max_msg_size=4096)
        await socket.prepare(request)
        request.app["sockets"].add(socket)
        events: asyncio.Queue[Event] = asyncio.Queue(maxsize=1000)

        def rung(event: Event) -> None:
            if event["kind"] in KINDS and not events.full():
                events.put_nowait(event)

        unlisten = self._bus.listen(rung)
        tasks = [asyncio.create_task(self._push(socket, events, logged_in)), asyncio.create_task(self._alive(socket, logged_in))]
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(frame.data), logged_in)
        except ValueError:
            await socket.close(code=1007)
        finally:
            unlisten()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            request.app["sockets"].discard(socket)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, frame: dict[str, Any], logged_in: LoggedIn) -> None:
        if frame.get("type") == "ping":
            await socket.send_json({"type": "pong"})
        elif frame.get("type") == "active":
            try:
                if not await self._sessions.active(logged_in):
                    await socket.close(code=ENDED)
                elif await self._presence.active(logged_in.member.id):
                    self._bus.publish({"kind": "presence"})
            except SQLAlchemyError:
                log.exception("balie.active_failed")  # the page says it again

    async def _alive(self, socket: web.WebSocketResponse, logged_in: LoggedIn) -> None:
        while True:
            try:
                if not await self._sessions.seen(logged_in):
                    await socket.close(code=ENDED)
                    return
            except SQLAlchemyError as error:
                log.warning("balie.seen_failed", error=type(error).__name__)
            await asyncio.sleep(SEEN_EVERY)

    async def _push(self, socket: web.WebSocketResponse, events: asyncio.Queue[Event], logged_in: LoggedIn) -> None:
        """Pass events on; what can not be told closes the socket, for a desk that comes back asks how everything stands."""
        try:
            while True:
                body = await self._body(await events.get(), logged_in)
                if body is not None:
                    await socket.send_json(body)
        except (SQLAlchemyError, journal.UnknownConversation) as error:
            log.warning("balie.push_failed", error=type(error).__name__)
            await socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _body(self, event: Event, logged_in: LoggedIn) -> dict[str, Any] | None:
        """What this member may hear of an event."""
        kind, conversation_id = event["kind"], event.get("conversation")
        if kind in FOR_ALL or not conversation_id:
            return {"type": kind}
        if kind == "typing" and event.get("author") != "citizen":
            return None
        if kind == "mention" and event.get("staff") != logged_in.member.id:
            return None
        if not await self._access.allowed(conversation_id, logged_in.member, self._desk.acts.now()):
            # No longer this member's to read: who has it open must know, and nothing more.
            return {"type": "gone", "conversation": conversation_id} if kind == "state" else None
        if kind in ("message", "delivery"):
            found = await self._desk.message(conversation_id, event.get("seq", 0))
            if found is None:
                return None
            message = wire.message(found, self._directory, self._name)
            return {"type": "message", "conversation": conversation_id, "message": message}
        if kind == "state":
            row = await self._desk.conversation(conversation_id)
            owner = {"id": row.owner_id, "name": row.owner_name} if row.owner_id else None
            return {"type": "state", "conversation": conversation_id, "state": row.state, "epoch": row.epoch, "owner": owner}
        if kind == "typing" and "text" in event:  # what is not sent yet is for who talks with the citizen alone
            row = await self._desk.conversation(conversation_id)
            if row.owner_id == logged_in.member.id:
                return {"type": kind, "conversation": conversation_id, "text": event["text"]}
        return {"type": kind, "conversation": conversation_id}
