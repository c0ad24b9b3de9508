"""The citizen's forms: be called back, and rate a closed conversation (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from channels.balie.callback_routes import item, now, offer
from channels.web.access import Access
from channels.web.sessions import Session, WebSessions
from loket.answers.compose import Composer
from loket.conversations import journal
from loket.conversations.ratings import WORDS, AlreadyRated, NotClosed, Ratings
from loket.handoff import callback_words, teams
from loket.handoff.callbacks import QUESTION, Callbacks, NoRoom, Request
from loket.handoff.moments import Window, read_wish
from loket.handoff.phone_numbers import NotDialable, dialable
from loket.identity.attempts import Attempts, TooManyAttempts
from loket.store.engine import Store
from loket.store.schema import Conversation

Handler = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]
OFFERS = 6
ASKED_LIMIT = 10
"""So many times an hour one browser may ask to be called or change it."""

SHOWN = ("from", "until", "words", "number", "state", "attempts")


class _Ask(BaseModel):
    number: str = Field(min_length=1, max_length=40)
    start: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = None
    wish: str = Field(default="", max_length=200)
    question: str = Field(default="", max_length=QUESTION)


class _Rate(BaseModel):
    score: int = Field(ge=1, le=5)
    words: str = Field(default="", max_length=WORDS)


class FormRoutes:
    """`/api/web/callback` and `/api/web/rating`; the credential is that of the web chat (`channels.web.access`)."""

    def __init__(
        self,
        store: Store,
        sessions: WebSessions,
        callbacks: Callbacks,
        ratings: Ratings,
        composer: Composer,
        attempts: Attempts,
        access: Access,
    ) -> None:
        self._store, self._sessions, self._callbacks, self._ratings = store, sessions, callbacks, ratings
        self._composer, self._attempts, self._access = composer, attempts, access

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/web/callback", self._known(self._offers))
        app.router.add_post("/api/web/callback", self._known(self._ask))
        app.router.add_post("/api/web/callback/cancel", self._known(self._cancel))
        app.router.add_get("/api/web/rating", self._known(self._ratable))
        app.router.add_post("/api/web/rating", self._known(self._rate))

    def _known(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handled(request: web.Request) -> web.StreamResponse:
            self._access.check(request, reading=request.method == "GET")
            session = await self._sessions.find(self._access.secret(request))
            if session is None:
                return self._refusal(401, "niet_open")
            try:
                return await handler(request, session)
            except journal.UnknownConversation:
                return self._refusal(404, "niet_open")
            except NotDialable:
                return self._refusal(400, "nummer")
            except NoRoom:
                return self._refusal(409, "moment")
            except AlreadyRated:
                return self._refusal(409, "al_beoordeeld")
            except NotClosed:
                return self._refusal(409, "nog_bezig")
            except TooManyAttempts:
                return self._refusal(429, "te_vaak")
            except (ValidationError, ValueError, RecursionError):
                return self._refusal(400, "klopt_niet")

        return handled

    def _refusal(self, status: int, code: str) -> web.Response:
        return web.json_response({"code": code, "text": self._composer.texts.line(f"formulier.{code}")}, status=status)

    async def _offers(self, request: web.Request, session: Session) -> web.StreamResponse:
        moment = now()
        async with self._store.read() as database:
            conversation = await database.get(Conversation, session.conversation_id)
            whose = await teams.hours_of(database, conversation)
            windows = await self._callbacks.offers(database, conversation, OFFERS)
        opening = self._callbacks.opening
        opens = opening.next_opening(moment, *whose)
        current = await self._callbacks.of(session.conversation_id)
        return web.json_response(
            {
                "open": opening.is_open(moment, *whose),
                "opens": callback_words.moment(self._composer, opens, moment) if opens else None,
                "offers": [offer(window, self._composer) for window in windows],
                "current": _shown(item(current, self._composer)) if current else None,
            }
        )

    async def _ask(self, request: web.Request, session: Session) -> web.StreamResponse:
        given = _Ask.model_validate(await request.json())
        number = dialable(given.number, now().date())
        window = await self._window(given, session)
        await self._attempts.count("callback", [f"web:{session.id}"], ASKED_LIMIT)
        row = await self._callbacks.request(session.conversation_id, Request(number, window, given.question))
        return web.json_response({"current": _shown(item(row, self._composer))})

    async def _window(self, given: _Ask, session: Session) -> Window:
        if given.start is not None and given.until is not None:
            return Window(given.start, given.until)
        wish = read_wish(given.wish, now(), self._callbacks.rules)
        async with self._store.read() as database:
            conversation = await database.get(Conversation, session.conversation_id)
            fitting = wish and await self._callbacks.fit(database, wish, conversation)
        if not fitting:
            raise NoRoom
        return fitting

    async def _cancel(self, request: web.Request, session: Session) -> web.StreamResponse:
        return web.json_response({"cancelled": await self._callbacks.withdraw(session.conversation_id)})

    async def _ratable(self, request: web.Request, session: Session) -> web.StreamResponse:
        return web.json_response({"can_rate": await self._ratings.can_rate(session.conversation_id)})

    async def _rate(self, request: web.Request, session: Session) -> web.StreamResponse:
        given = _Rate.model_validate(await request.json())
        await self._ratings.give(session.conversation_id, given.score, given.words)
        return web.json_response({"rated": True})


def _shown(found: dict[str, object]) -> dict[str, object]:
    return {name: found[name] for name in SHOWN}
