"""Routes of the desk for calling back (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from channels import wire
from loket.answers.compose import Composer
from loket.handoff import callback_words
from loket.handoff.access import Access
from loket.handoff.call_desk import CallDesk, UnknownCallback
from loket.handoff.callbacks import Callbacks, NoRoom, Request
from loket.handoff.moments import Window
from loket.handoff.phone_numbers import NotDialable, dialable, shortened
from loket.identity.staff import LoggedIn
from loket.store.callbacks import Callback, CallbackEvent
from loket.store.engine import Store
from loket.store.schema import Conversation

Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]
Problem = Callable[..., web.Response]
OFFERS = 8


class _Version(BaseModel):
    version: wire.Counted


class _Note(BaseModel):
    note: str = Field(default="", max_length=1000)


class _Ask(BaseModel):
    number: str = Field(min_length=1, max_length=40)
    start: AwareDatetime = Field(alias="from")
    until: AwareDatetime
    question: str = Field(default="", max_length=500)


def now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


def item(row: Callback, composer: Composer) -> dict[str, Any]:
    """A call-back as the clients read it; the number is shortened, in full it is asked for by who calls."""
    moment = now()
    window = Window(row.window_from, row.window_until)
    return {
        "id": row.id,
        "conversation": row.conversation_id,
        "organisation": {"id": row.organisation, "naam": composer.directory.name(row.organisation)} if row.organisation else None,
        "topic": row.topic or "",
        "channel": row.channel,
        "language": row.language,
        "urgency": row.urgency,
        "number": shortened(row.number),
        "question": row.question,
        "from": wire.moment(row.window_from),
        "until": wire.moment(row.window_until),
        "words": callback_words.window(composer, window, moment),
        "due": wire.moment(row.due_at),
        "late": row.settled_at is None and row.due_at < moment,
        "state": row.state,
        "version": row.version,
        "attempts": row.attempts,
        "taken_by": {"id": row.taken_by, "name": row.taken_name} if row.taken_by else None,
        "by_staff": row.requested_by != "citizen",
        "created_at": wire.moment(row.created_at),
        "settled_at": wire.moment(row.settled_at),
    }


def offer(window: Window, composer: Composer) -> dict[str, Any]:
    """A stretch of time that can be promised."""
    return {
        "from": wire.moment(window.start.astimezone(UTC)),
        "until": wire.moment(window.end.astimezone(UTC)),
        "words": callback_words.window(composer, window, now()),
    }


class CallbackRoutes:
    """`/api/balie/callbacks...` and `/api/balie/conversations/{id}/callback`.

    Args:
        guard: wraps a handler with log-in and CSRF, and answers what is malformed or was changed by another.
        problem: makes a refusal of a status and a code with its text.
    """

    def __init__(
        self, callbacks: Callbacks, calls: CallDesk, store: Store, composer: Composer, guard: Guard, problem: Problem
    ) -> None:
        self._callbacks, self._calls, self._store, self._composer = callbacks, calls, store, composer
        self._guard, self._problem = guard, problem

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        one = r"/api/balie/callbacks/{callback:\d{1,9}}"
        app.router.add_get("/api/balie/callbacks", self._guarded(self._list))
        app.router.add_get("/api/balie/callbacks/offers", self._guarded(self._offers))
        app.router.add_get(one, self._guarded(self._one))
        for name, handler in (
            ("take", self._take),
            ("number", self._number),
            ("release", self._release),
            ("answered", self._answered),
            ("no_answer", self._no_answer),
        ):
            app.router.add_post(f"{one}/{name}", self._guarded(handler))
        app.router.add_post("/api/balie/conversations/{id}/callback", self._guarded(self._ask))

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handled(request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
            try:
                return await handler(request, logged_in)
            except UnknownCallback:
                return self._problem(404, "callback_gone")
            except NoRoom:
                return self._problem(409, "callback_no_room")
            except NotDialable:
                return self._problem(400, "callback_number")

        return self._guard(handled)

    async def _list(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        rows = await self._calls.list(logged_in.member, settled=request.query.get("state") == "settled")
        counts = await self._calls.counts(logged_in.member)
        return web.json_response({"items": [item(row, self._composer) for row in rows], "counts": counts})

    async def _offers(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        async with self._store.read() as session:
            conversation = await session.get(Conversation, request.query.get("conversation", ""))
            windows = await self._callbacks.offers(session, conversation, OFFERS)
        return web.json_response({"items": [offer(window, self._composer) for window in windows]})

    async def _one(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        shown = await self._calls.shown(int(request.match_info["callback"]), logged_in.member)
        return web.json_response({"item": item(shown.row, self._composer), "events": [_event(event) for event in shown.events]})

    async def _take(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Version.model_validate(await request.json())
        row = await self._calls.take(int(request.match_info["callback"]), logged_in.member, given.version)
        number = await self._calls.reveal(row.id, logged_in.member)
        return web.json_response({"item": item(row, self._composer), "number": number})

    async def _number(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        number = await self._calls.reveal(int(request.match_info["callback"]), logged_in.member)
        return web.json_response({"number": number})

    async def _release(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        row = await self._calls.release(int(request.match_info["callback"]), logged_in.member)
        return web.json_response({"item": item(row, self._composer)})

    async def _answered(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Note.model_validate(await request.json())
        row = await self._calls.answered(int(request.match_info["callback"]), logged_in.member, given.note)
        return web.json_response({"item": item(row, self._composer)})

    async def _no_answer(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Note.model_validate(await request.json())
        row = await self._calls.no_answer(int(request.match_info["callback"]), logged_in.member, given.note)
        return web.json_response({"item": item(row, self._composer)})

    async def _ask(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Ask.model_validate(await request.json())
        await Access(self._store).require(request.match_info["id"], logged_in.member, now())
        wanted = Request(dialable(given.number, now().date()), Window(given.start, given.until), given.question)
        row = await self._callbacks.request(request.match_info["id"], wanted, logged_in.member)
        return web.json_response({"item": item(row, self._composer)})


def _event(event: CallbackEvent) -> dict[str, Any]:
    return {"what": event.what, "by": event.actor_name, "note": event.note, "at": wire.moment(event.at)}
