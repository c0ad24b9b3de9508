"""HTTP routes of the desk. Every action is checked here and in the core, whatever the page shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field, field_validator

from channels.balie import desk_wire
from channels.balie.guard import Guard
from channels.balie.login_routes import LoginRoutes, Provider
from channels.balie.push import DeskPush
from channels.balie.transfer_routes import TransferRoutes
from channels.wire import Counted
from loket.answers.texts import Texts
from loket.bus import Bus
from loket.conversations.desk import Desk, FollowUp, Outcome, View
from loket.directory import Directory
from loket.handoff.access import Access
from loket.handoff.presence import PresenceBook
from loket.handoff.targets import WaitTargets
from loket.identity.staff import LoggedIn, StaffAccounts
from loket.store.schema import Conversation


class Epoch(BaseModel):
    """What every step carries: the ownership that the member had before its eyes."""

    epoch: Counted


class _Return(Epoch):
    reason: str = Field(default="", max_length=200)
    product: str | None = Field(default=None, max_length=80)
    seen: Counted | None = None


class _Close(Epoch):
    outcome: Outcome
    note: str = Field(default="", max_length=2000)
    task: str = Field(default="", max_length=200)
    on: date | None = None
    seen: Counted | None = None


class _Say(BaseModel):
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    text: str = Field(min_length=1, max_length=4000)


class _Note(_Say):
    mentions: list[str] = Field(default_factory=list, max_length=5)

    @field_validator("mentions")
    @classmethod
    def _ids(cls, given: list[str]) -> list[str]:
        if any(len(one) > 36 for one in given):
            raise ValueError("not an id")
        return given


class _Reason(BaseModel):
    reason: str = Field(max_length=500)


class DeskRoutes:
    """The desk's protocol (docs/protocol.md)."""

    def __init__(
        self,
        desk: Desk,
        accounts: StaffAccounts,
        bus: Bus,
        directory: Directory,
        texts: Texts,
        name: str,
        public_url: str,
        guard: Guard | None = None,
        targets: WaitTargets | None = None,
        passwords: bool = True,
        provider: Provider | None = None,
    ) -> None:
        self.guard = guard or Guard(accounts.sessions, texts, public_url)
        self.problem = self.guard.problem
        self._desk, self._bus, self._access = desk, bus, Access(desk.store)
        presence = PresenceBook(desk.store, desk.acts.now)
        self._wire = desk_wire.DeskWire(desk.store, directory, name, targets or WaitTargets(), desk.acts.summary)
        self._push = DeskPush(desk, accounts.sessions, bus, directory, name, public_url)
        self._login = LoginRoutes(accounts, presence, self.guard, directory, public_url, passwords, provider)
        self._transfers = TransferRoutes(desk, presence, self.guard, self.detail)
        self.sendable: Callable[[Conversation, str], Awaitable[None]] | None = None
        """Raises when the channel of a conversation can not take a text (channels.limits)."""

    def add(self, app: web.Application) -> None:
        """Register `/api/balie/...`."""
        one = "/api/balie/conversations/{id}"
        self._login.add(app)
        self._transfers.add(app)
        app.router.add_get("/api/balie/conversations", self.guard(self._list))
        app.router.add_get(one, self.guard(self.detail))
        for name, handler in (
            ("open", self._open),
            ("claim", self._step(self._claim)),
            ("requeue", self._step(self._requeue)),
            ("reopen", self._step(self._reopen)),
            ("return", self._step(self._return)),
            ("close", self._step(self._close)),
            ("messages", self._say),
            ("notes", self._note),
            ("aside", self._aside),
            ("typing", self._typing),
        ):
            app.router.add_post(f"{one}/{name}", self.guard(handler))
        app.router.add_get("/api/balie/ws", self.guard(self._push.serve))

    async def _list(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        view = View(request.query.get("view", "waiting"))
        rows = await self._desk.list(view, logged_in.member)
        items = await self._wire.items(rows)
        return web.json_response({"items": items, "counts": await self._desk.counts(logged_in.member)})

    async def detail(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        """One conversation as it is now."""
        detail = await self._desk.detail(request.match_info["id"], logged_in.member)
        await self._desk.record_reading(detail.conversation, logged_in.member)
        return web.json_response(await self._wire.detail(detail))

    def _step(
        self, act: Callable[[str, LoggedIn, Any], Awaitable[None]]
    ) -> Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]:
        """A step, answered with how the conversation stands after it; 204 when it is no longer the member's to read."""

        async def stepped(request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
            await act(request.match_info["id"], logged_in, await request.json())
            if await self._access.allowed(request.match_info["id"], logged_in.member, self._desk.acts.now()):
                return await self.detail(request, logged_in)
            return web.Response(status=204)

        return stepped

    async def _open(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Reason.model_validate(await request.json())
        await self._desk.conversation(request.match_info["id"])
        await self._access.open(request.match_info["id"], logged_in.member, given.reason, self._desk.acts.now())
        return await self.detail(request, logged_in)

    async def _claim(self, conversation: str, logged_in: LoggedIn, body: Any) -> None:
        await self._desk.claim(conversation, logged_in.member, Epoch.model_validate(body).epoch)

    async def _requeue(self, conversation: str, logged_in: LoggedIn, body: Any) -> None:
        await self._desk.requeue(conversation, logged_in.member, Epoch.model_validate(body).epoch)

    async def _reopen(self, conversation: str, logged_in: LoggedIn, body: Any) -> None:
        await self._desk.reopen(conversation, logged_in.member, Epoch.model_validate(body).epoch)

    async def _return(self, conversation: str, logged_in: LoggedIn, body: Any) -> None:
        given = _Return.model_validate(body)
        await self._desk.return_to_bot(
            conversation, logged_in.member, given.epoch, given.reason, given.product or None, given.seen
        )

    async def _close(self, conversation: str, logged_in: LoggedIn, body: Any) -> None:
        given = _Close.model_validate(body)
        if given.on is not None and given.on < self._desk.acts.now().date():
            raise ValueError("a day that has passed")
        follow_up = FollowUp(given.task, given.on)
        await self._desk.close(conversation, logged_in.member, given.epoch, given.outcome, given.note, follow_up, given.seen)

    async def _say(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Say.model_validate(await request.json())
        if self.sendable is not None:
            await self.sendable(await self._desk.conversation(request.match_info["id"]), given.text)
        return web.json_response({"seq": await self._desk.say(request.match_info["id"], logged_in.member, given.id, given.text)})

    async def _note(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Note.model_validate(await request.json())
        seq = await self._desk.note(request.match_info["id"], logged_in.member, given.id, given.text, given.mentions)
        return web.json_response({"seq": seq})

    async def _aside(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        await self._desk.put_aside(request.match_info["id"], logged_in.member)
        return web.Response(status=204)

    async def _typing(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        await self._access.require(request.match_info["id"], logged_in.member, self._desk.acts.now())
        row = await self._desk.conversation(request.match_info["id"])
        if row.owner_id == logged_in.member.id:  # a colleague who reads along is nobody to the citizen
            self._bus.publish({"kind": "typing", "conversation": row.id, "author": "human"})
        return web.Response(status=204)
