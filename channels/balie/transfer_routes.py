"""Routes for giving a conversation to others, and for who there is to give it to."""

from __future__ import annotations

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from channels.balie.guard import Guard, Handler
from channels.wire import Counted
from loket.conversations.desk import Desk
from loket.handoff.presence import PresenceBook
from loket.handoff.transfer import Transfers
from loket.identity.staff import LoggedIn


class _Epoch(BaseModel):
    epoch: Counted


class _Offer(_Epoch):
    kind: Literal["collega", "team", "organisatie"]
    to: str = Field(min_length=1, max_length=40)
    note: str = Field(default="", max_length=2000)


class _Refuse(_Epoch):
    reason: str = Field(max_length=500)


class TransferRoutes:
    """`.../transfer`, `accept`, `refuse`, `withdraw` and `/api/balie/colleagues`.

    Args:
        detail: answers with the conversation as it is after the step.
    """

    def __init__(self, desk: Desk, presence: PresenceBook, guard: Guard, detail: Handler) -> None:
        self._transfers, self._presence = Transfers(desk.acts), presence
        self._guard, self._detail, self._directory = guard, detail, desk.acts.directory

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        one = "/api/balie/conversations/{id}"
        app.router.add_get("/api/balie/colleagues", self._guard(self._colleagues))
        app.router.add_post(f"{one}/transfer", self._guard(self._offer))
        app.router.add_post(f"{one}/accept", self._guard(self._accept))
        app.router.add_post(f"{one}/refuse", self._guard(self._refuse))
        app.router.add_post(f"{one}/withdraw", self._guard(self._withdraw))

    async def _colleagues(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        """Who there is: colleagues with their status, and teams with how many of them are there."""
        people = await self._presence.colleagues()
        here: dict[str, int] = {}
        for one in people:
            for team in one.teams:
                here[team] = here.get(team, 0) + (one.status == "aanwezig")
        targets = await self._transfers.targets(logged_in.member)
        return web.json_response(
            {
                "colleagues": [
                    {"id": one.id, "name": one.name, "organisation": self._directory.name_in_sentence(one.organisation),
                     "teams": list(one.teams), "status": one.status}
                    for one in people if one.id != logged_in.member.id
                ],
                "teams": [{"kind": t.kind, "id": t.id, "name": t.name, "here": here.get(t.id, 0)} for t in targets],
            }
        )  # fmt: skip

    async def _offer(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Offer.model_validate(await request.json())
        await self._transfers.offer(_id(request), logged_in.member, given.epoch, given.kind, given.to, given.note)
        return await self._detail(request, logged_in)

    async def _accept(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        await self._transfers.accept(_id(request), logged_in.member, _epoch(await request.json()))
        return await self._detail(request, logged_in)

    async def _refuse(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Refuse.model_validate(await request.json())
        await self._transfers.refuse(_id(request), logged_in.member, given.epoch, given.reason)
        return web.Response(status=204)

    async def _withdraw(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        await self._transfers.withdraw(_id(request), logged_in.member, _epoch(await request.json()))
        return await self._detail(request, logged_in)


def _id(request: web.Request) -> str:
    return request.match_info["id"]


def _epoch(body: Any) -> int:
    return _Epoch.model_validate(body).epoch
