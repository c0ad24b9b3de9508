"""What helps a member of staff to answer: standard answers, a suggestion of the bot, and how cases stand."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field

from channels import wire
from channels.balie.guard import Guard
from loket.cases.errors import InvalidInput
from loket.conversations.desk import Desk
from loket.handoff.canned import CannedAnswers
from loket.handoff.case_lookup import CaseDesk, NothingFound, NotLoggedIn, Standing, Unanswered, UnreadableFactor
from loket.handoff.suggestion import suggest
from loket.identity.attempts import TooManyAttempts
from loket.identity.staff import LoggedIn


class _LookUp(BaseModel):
    number: str = Field(min_length=1, max_length=64)
    factor: str = Field(min_length=1, max_length=100)


class HelpRoutes:
    """`.../answers`, `suggestion`, `cases`, `lookup` and `own` of a conversation.

    Args:
        cases: None when no case system is configured.
    """

    def __init__(self, desk: Desk, answers: CannedAnswers, cases: CaseDesk | None, guard: Guard) -> None:
        self._desk, self._answers, self._cases, self._guard = desk, answers, cases, guard

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        one = "/api/balie/conversations/{id}"
        app.router.add_get(f"{one}/answers", self._guard(self._find))
        app.router.add_get(f"{one}/suggestion", self._guard(self._suggest))
        app.router.add_get(f"{one}/cases", self._guard(self._standings))
        app.router.add_post(f"{one}/lookup", self._guard(self._look_up))
        app.router.add_post(f"{one}/own", self._guard(self._look_up_own))

    async def _find(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        detail = await self._desk.detail(request.match_info["id"], logged_in.member)
        found = self._answers.find(request.query.get("q", "")[:80], detail.conversation, logged_in.member)
        items = [{"id": one.id, "source": one.source, "title": one.title, "text": one.text} for one in found]
        return web.json_response({"items": items})

    async def _suggest(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        detail = await self._desk.detail(request.match_info["id"], logged_in.member)
        found = suggest(detail.conversation, detail.messages, self._answers)
        if found is None:
            return web.json_response({"suggestion": None})
        shown = {"seq": found.seq, "title": found.title, "text": found.text, "score": round(found.score, 2)}
        return web.json_response({"suggestion": shown})

    async def _standings(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        detail = await self._desk.detail(request.match_info["id"], logged_in.member)
        found = await self._cases.standings(detail.conversation, logged_in.member) if self._cases else []
        return web.json_response({"items": [_standing(one) for one in found], "lookup": self._cases is not None})

    async def _look_up(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _LookUp.model_validate(await request.json())
        if self._cases is None:
            return self._guard.problem(503, "cases_unavailable")
        try:
            seq = await self._cases.look_up(request.match_info["id"], logged_in.member, given.number.strip(), given.factor)
        except UnreadableFactor:
            return self._guard.problem(400, "factor_unreadable")
        except InvalidInput:
            return self._guard.problem(400, "number_unreadable")
        except TooManyAttempts:
            return self._guard.problem(429, "lookup_too_many")
        except NothingFound:
            return self._guard.problem(404, "case_not_found")
        except Unanswered:
            return self._guard.problem(503, "cases_unavailable")
        return web.json_response({"seq": seq})

    async def _look_up_own(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        if self._cases is None:
            return self._guard.problem(503, "cases_unavailable")
        try:
            seq = await self._cases.look_up_own(request.match_info["id"], logged_in.member)
        except NotLoggedIn:
            return self._guard.problem(409, "citizen_not_logged_in")
        except NothingFound:
            return self._guard.problem(404, "no_own_cases")
        except Unanswered:
            return self._guard.problem(503, "cases_unavailable")
        return web.json_response({"seq": seq})


def _standing(one: Standing) -> dict[str, object]:
    return {
        "number": one.number,
        "title": one.title,
        "status": one.status,
        "since": wire.moment(one.since),
        "due": one.due.isoformat() if one.due else None,
        "late": one.late,
        "closed": one.closed,
        "suspended": one.suspended,
        "live": one.live,
        "hidden": one.hidden,
    }
