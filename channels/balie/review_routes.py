"""Routes of the review list: what the bot did not understand, and what staff say it meant (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from channels import wire
from loket.bus import Bus
from loket.directory import Directory
from loket.identity.staff import LoggedIn
from loket.review.review import Answer, NotAllowed, ReviewList, ReviewState, Taken, UnknownReview
from loket.store.schema import Review
from loket.understanding.result import OUTCOMES

Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]
Problem = Callable[..., web.Response]


class _Answer(BaseModel):
    uitkomst: str = Field(max_length=24)
    organisaties: list[str] = Field(default_factory=list, max_length=3)
    product: str | None = Field(default=None, max_length=80)

    def answer(self) -> Answer:
        return Answer(self.uitkomst, tuple(self.organisaties), self.product or None)


class _Correction(_Answer):
    seq: wire.Counted


class _Settled(BaseModel):
    state: Literal["answered", "dismissed"]
    seen: ReviewState = ReviewState.OPEN
    answer: _Answer | None = None


class ReviewRoutes:
    """`/api/balie/review...` and `/api/balie/conversations/{id}/correct`.

    Args:
        review: the list; it checks roles and answers.
        guard: wraps a handler with log-in and CSRF, and answers what is malformed.
        problem: makes a refusal of a status and a code with its text.
    """

    def __init__(self, review: ReviewList, bus: Bus, directory: Directory, guard: Guard, problem: Problem) -> None:
        self._review, self._bus, self._directory, self._guard, self._problem = review, bus, directory, guard, problem

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/balie/review", self._guarded(self._page))
        app.router.add_get("/api/balie/review/choices", self._guarded(self._choices))
        app.router.add_post(r"/api/balie/review/{review:\d{1,9}}", self._guarded(self._settle))
        app.router.add_post("/api/balie/conversations/{id}/correct", self._guarded(self._correct))

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handled(request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
            try:
                return await handler(request, logged_in)
            except NotAllowed:
                return self._problem(403, "role")
            except UnknownReview:
                return self._problem(404, "review_gone")
            except Taken as taken:
                return self._problem(409, "review_taken", by=taken.by)

        return self._guard(handled)

    async def _page(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        state, after = ReviewState(request.query.get("state", "open")), request.query.get("after")
        page = await self._review.page(logged_in.member, state, int(after) if after else None)
        return web.json_response({"items": [self._row(row) for row in page.rows], "counts": page.counts, "next": page.next})

    async def _choices(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        # For every role: it holds nothing of citizens, and whoever gives a conversation back to the bot names a subject.
        organisations = [
            {"id": o.id, "naam": o.naam, "woorden": list(o.onderwerpen)} for o in self._directory.organisations.values()
        ]
        products = [
            {"id": p.id, "naam": p.naam, "organisaties": list(p.organisaties), "woorden": list(p.woorden)}
            for p in self._directory.products.values()
        ]
        answer = web.json_response({"uitkomsten": list(OUTCOMES), "organisaties": organisations, "producten": products})
        answer.enable_compression()
        return answer

    async def _settle(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given, number = _Settled.model_validate(await request.json()), int(request.match_info["review"])
        if given.state == "dismissed":
            row = await self._review.dismiss(logged_in.member, number, given.seen)
        elif given.answer is None:
            return self._problem(400, "malformed")
        else:
            row = await self._review.answer(logged_in.member, number, given.answer.answer(), given.seen)
        self._bus.publish({"kind": "review"})
        return web.json_response({"item": self._row(row)})

    async def _correct(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Correction.model_validate(await request.json())
        row = await self._review.correct(logged_in.member, request.match_info["id"], given.seq, given.answer())
        self._bus.publish({"kind": "review"})
        return web.json_response({"item": self._row(row)})

    def _row(self, row: Review) -> dict[str, Any]:
        thought = row.thought and {
            **row.thought,
            "organisaties": [self._named(o["id"], o["score"]) for o in row.thought["organisaties"]],
            "producten": [self._product(p["id"], p["score"]) for p in row.thought["producten"]],
        }
        answer = row.outcome and {
            "uitkomst": row.outcome,
            "organisaties": [self._named(o) for o in row.organisations],
            "product": self._product(row.product) if row.product else None,
        }
        return {
            "id": row.id,
            "conversation": row.conversation_id,
            "seq": row.seq,
            "text": row.text,
            "language": row.language,
            "reasons": row.reasons,
            "thought": thought or None,
            "state": row.state,
            "answer": answer or None,
            "by": row.answered_name,
            "answered_at": wire.moment(row.answered_at),
            "created_at": wire.moment(row.created_at),
        }

    def _named(self, organisation: str, score: float | None = None) -> dict[str, Any]:
        named = {"id": organisation, "naam": self._directory.name(organisation) or organisation}
        return named if score is None else {**named, "score": score}

    def _product(self, product: str, score: float | None = None) -> dict[str, Any]:
        found = self._directory.products.get(product)
        named = {"id": product, "naam": found.naam if found else product}
        return named if score is None else {**named, "score": score}
