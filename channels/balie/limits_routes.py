"""What the channel of a conversation lets one send, for the desk: `POST /api/balie/conversations/{id}/limits` `{"text"}`."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field

from channels.balie.guard import Guard
from channels.limits import Limits
from loket.conversations.desk import Desk
from loket.handoff.access import Access
from loket.identity.sessions import LoggedIn


class _Text(BaseModel):
    text: str = Field(default="", max_length=4000)


class LimitsRoutes:
    """Answers while a member of staff types. The text is counted and forgotten."""

    def __init__(self, limits: Limits, desk: Desk, guard: Guard) -> None:
        self._limits, self._desk, self._guard, self._access = limits, desk, guard, Access(desk.store)

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post("/api/balie/conversations/{id}/limits", self._guard(self._tell))

    async def _tell(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Text.model_validate(await request.json())
        await self._access.require(request.match_info["id"], logged_in.member, self._desk.acts.now())
        conversation = await self._desk.conversation(request.match_info["id"])
        return web.json_response(await self._limits.of(conversation, given.text))
