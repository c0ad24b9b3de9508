"""HTTP and WebSocket routes of the desk. Every action is checked here, whatever the page shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from channels import wire
from channels.web.routes import same_origin
from loket.answers.texts import Texts
from loket.bus import Bus, Event
from loket.conversations import journal
from loket.conversations.desk import Desk, Detail, NotYours, Outcome, View
from loket.conversations.ownership import Changed
from loket.conversations.states import IllegalStep
from loket.directory import Directory
from loket.identity.attempts import TooManyAttempts
from loket.identity.staff import LoggedIn, StaffAccounts, WrongLogin

log = structlog.get_logger(__name__)
COOKIE = "verbonden_balie"
SEEN_EVERY = 30.0
"""Seconds between signs of life of an open desk page; presence is counted from them."""

PUSHED = frozenset({"queue", "message", "delivery", "state", "typing", "spoed", "review", "callback"})
"""Bells that a desk hears."""

Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]


class _Login(BaseModel):
    username: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)


class _Epoch(BaseModel):
    epoch: int
    reason: str = Field(default="", max_length=200)


class _Close(BaseModel):
    epoch: int
    outcome: Outcome
    note: str = Field(default="", max_length=2000)


class _Say(BaseModel):
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    text: str = Field(min_length=1, max_length=4000)


class DeskRoutes:
    """The desk's protocol (docs/protocol.md)."""

    def __init__(
        self, desk: Desk, accounts: StaffAccounts, bus: Bus, directory: Directory, texts: Texts, name: str, public_url: str
    ) -> None:
        self._desk, self._accounts, self._bus = desk, accounts, bus
        self._directory, self._texts, self._name, self._public_url = directory, texts, name, public_url

    def add(self, app: web.Application) -> None:
        """Register `/api/balie/...`."""
        one = "/api/balie/conversations/{id}"
        app.router.add_post("/api/balie/login", self._login)
        app.router.add_post("/api/balie/logout", self.guard(self._logout))
        app.router.add_get("/api/balie/me", self.guard(self._me))
        app.router.add_get("/api/balie/conversations", self.guard(self._list))
        app.router.add_get(one, self.guard(self._detail))
        for name, handler in (
            ("claim", self._claim),
            ("messages", self._say),
            ("notes", self._note),
            ("typing", self._typing),
            ("return", self._return),
            ("close", self._close),
        ):
            app.router.add_post(f"{one}/{name}", self.guard(handler))
        app.router.add_get("/api/balie/ws", self.guard(self._socket))

    # -- who is there --------------------------------------------------------------------------------------------

    def guard(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler behind log-in and CSRF, with the refusals of the core as answers."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            secret = request.cookies.get(COOKIE, "")
            logged_in = await self._accounts.logged_in(secret) if secret else None
            if logged_in is None:
                return self.problem(401, "not_logged_in")
            if request.method == "POST" and request.headers.get("X-CSRF-Token") != logged_in.csrf:
                return self.problem(403, "csrf")
            try:
                return await handler(request, logged_in)
            except journal.UnknownConversation:
                return self.problem(404, "not_found")
            except Changed as changed:
                return self._changed(changed.owner_name)
            except IllegalStep:
                return self.problem(409, "changed")
            except NotYours as other:
                return self.problem(409, "not_yours", by=other.owner_name or "")
            except (ValidationError, ValueError):
                return self.problem(400, "malformed")

        return guarded

    def _changed(self, owner: str | None) -> web.Response:
        if owner:
            return self.problem(409, "claimed_by_other", by=owner)
        return self.problem(409, "changed")

    def problem(self, status: int, code: str, **values: str) -> web.Response:
        """A refusal with the text of `balie.CODE`."""
        return web.json_response({"code": code, "text": self._texts.line(f"balie.{code}", **values), **values}, status=status)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        if not same_origin(request, self._public_url):
            raise web.HTTPForbidden
        try:
            given = _Login.model_validate(await request.json())
            secret, logged_in = await self._accounts.log_in(given.username.strip().lower(), given.password)
        except (ValidationError, ValueError):
            return self.problem(400, "malformed")
        except WrongLogin:
            return self.problem(401, "wrong_login")
        except TooManyAttempts:
            return self.problem(429, "too_many")
        answer = web.json_response(self._who(logged_in))
        answer.set_cookie(
            COOKIE, secret, httponly=True, secure=self._public_url.startswith("https://"), samesite="Strict", path="/"
        )
        return answer

    async def _logout(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        await self._accounts.log_out(logged_in.secret_hash)
        answer = web.Response(status=204)
        answer.del_cookie(COOKIE, path="/")
        return answer

    async def _me(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        return web.json_response(self._who(logged_in))

    def _who(self, logged_in: LoggedIn) -> dict[str, Any]:
        member = logged_in.member
        return {
            "user": {
                "id": member.id,
                "name": member.name,
                "organisation": member.organisation,
                "organisation_name": self._directory.name_in_sentence(member.organisation),
                "role": member.role,
            },
            "csrf": logged_in.csrf,
        }

    # -- conversations -------------------------------------------------------------------------------------------

    async def _list(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        view = View(request.query.get("view", "waiting"))
        rows = await self._desk.list(view, logged_in.member)
        items = [wire.item(row, last, self._directory) for row, last in rows]
        return web.json_response({"items": items, "counts": await self._desk.counts(logged_in.member)})

    async def _detail(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        detail = await self._desk.detail(request.match_info["id"])
        await self._desk.record_reading(detail.conversation, logged_in.member)
        return web.json_response(self._shown(detail))

    def _shown(self, detail: Detail) -> dict[str, Any]:
        last = next((m for m in reversed(detail.messages) if m.author == "citizen"), None)
        return {
            "item": wire.item(detail.conversation, last, self._directory),
            "summary": detail.conversation.summary,
            "facts": detail.conversation.facts,
            "messages": [wire.message(m, self._directory, self._name) for m in detail.messages],
            "transitions": [
                {"from": t.from_state, "to": t.to_state, "actor": t.actor, "reason": t.reason, "at": wire.moment(t.at)}
                for t in detail.transitions
            ],
        }

    async def _claim(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Epoch.model_validate(await request.json())
        await self._desk.claim(request.match_info["id"], logged_in.member, given.epoch)
        return await self._detail(request, logged_in)

    async def _say(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Say.model_validate(await request.json())
        return web.json_response({"seq": await self._desk.say(request.match_info["id"], logged_in.member, given.id, given.text)})

    async def _note(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Say.model_validate(await request.json())
        return web.json_response({"seq": await self._desk.note(request.match_info["id"], logged_in.member, given.id, given.text)})

    async def _typing(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        row = await self._desk.conversation(request.match_info["id"])
        if row.owner_id == logged_in.member.id:  # a colleague who reads along is nobody to the citizen
            self._bus.publish({"kind": "typing", "conversation": row.id, "author": "human"})
        return web.Response(status=204)

    async def _return(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Epoch.model_validate(await request.json())
        await self._desk.return_to_bot(request.match_info["id"], logged_in.member, given.epoch, given.reason)
        return await self._detail(request, logged_in)

    async def _close(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Close.model_validate(await request.json())
        await self._desk.close(request.match_info["id"], logged_in.member, given.epoch, given.outcome, given.note)
        return await self._detail(request, logged_in)

    # -- pushes --------------------------------------------------------------------------------------------------

    async def _socket(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        if not same_origin(request, self._public_url):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(compress=False, heartbeat=25, max_msg_size=4096)
        await socket.prepare(request)
        request.app["sockets"].add(socket)
        events: asyncio.Queue[Event] = asyncio.Queue(maxsize=1000)

        def rung(event: Event) -> None:
            if event["kind"] in PUSHED and not events.full():
                events.put_nowait(event)

        unlisten = self._bus.listen(rung)
        tasks = [asyncio.create_task(self._push(socket, events)), asyncio.create_task(self._alive(logged_in))]
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT and json.loads(frame.data).get("type") == "ping":
                    await socket.send_json({"type": "pong"})
        except ValueError:
            await socket.close(code=1007)
        finally:
            unlisten()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            request.app["sockets"].discard(socket)
        return socket

    async def _alive(self, logged_in: LoggedIn) -> None:
        while True:
            try:
                await self._accounts.seen(logged_in.secret_hash)
            except SQLAlchemyError as error:
                log.warning("balie.seen_failed", error=type(error).__name__)
            await asyncio.sleep(SEEN_EVERY)

    async def _push(self, socket: web.WebSocketResponse, events: asyncio.Queue[Event]) -> None:
        """Pass events on; what can not be told closes the socket, for a desk that comes back asks how everything stands."""
        try:
            await self._pass_on(socket, events)
        except (SQLAlchemyError, journal.UnknownConversation) as error:
            log.warning("balie.push_failed", error=type(error).__name__)
            await socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _pass_on(self, socket: web.WebSocketResponse, events: asyncio.Queue[Event]) -> None:
        while True:
            event = await events.get()
            conversation_id = event.get("conversation")
            if event["kind"] in ("message", "delivery") and conversation_id and "seq" in event:
                found = await self._desk.message(conversation_id, event["seq"])
                if found is None:
                    continue
                body: dict[str, Any] = {
                    "type": "message",
                    "conversation": conversation_id,
                    "message": wire.message(found, self._directory, self._name),
                }
            elif event["kind"] == "typing":
                if event.get("author") != "citizen":
                    continue
                body = {"type": "typing", "conversation": conversation_id}
            elif event["kind"] == "state" and conversation_id:
                row = await self._desk.conversation(conversation_id)
                owner = {"id": row.owner_id, "name": row.owner_name} if row.owner_id else None
                body = {"type": "state", "conversation": conversation_id, "state": row.state, "epoch": row.epoch, "owner": owner}
            else:
                body = {"type": event["kind"], "conversation": conversation_id}
            await socket.send_json(body)
