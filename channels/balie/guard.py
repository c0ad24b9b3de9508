"""What stands before every route of the desk: log-in, CSRF, and the refusals of the core as answers in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import ValidationError

from channels.limits import NotSendable
from loket.answers.compose import UnknownReference
from loket.answers.texts import Texts
from loket.conversations import journal
from loket.conversations.desk import NewWords, NotYours, TooLate
from loket.conversations.ownership import Changed
from loket.conversations.states import IllegalStep
from loket.handoff.access import NoAccess, NoReason
from loket.handoff.transfer import NoSuchTarget, NotForYou
from loket.identity.sessions import LoggedIn, StaffSessions

COOKIE = "verbonden_balie"
Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]

PROBLEMS: dict[type[Exception], tuple[int, str]] = {
    journal.UnknownConversation: (404, "not_found"),
    NoAccess: (403, "no_access"),
    NoReason: (400, "no_reason"),
    IllegalStep: (409, "changed"),
    NewWords: (409, "new_words"),
    TooLate: (409, "too_late"),
    NotForYou: (403, "not_for_you"),
    NoSuchTarget: (400, "no_such_target"),
    UnknownReference: (400, "malformed"),
    ValidationError: (400, "malformed"),
    ValueError: (400, "malformed"),
}
"""What a refusal of the core is over HTTP: status, and the code of its text (`balie.CODE`)."""


class Guard:
    """Wraps handlers. `public_url` decides whether cookies are Secure."""

    def __init__(self, sessions: StaffSessions, texts: Texts, public_url: str) -> None:
        self._sessions, self._texts, self._secure = sessions, texts, public_url.startswith("https://")

    def __call__(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler behind log-in and CSRF."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            logged_in = await self.logged_in(request)
            if logged_in is None:
                return self.problem(401, "not_logged_in")
            if request.method != "GET" and request.headers.get("X-CSRF-Token") != logged_in.csrf:
                return self.problem(403, "csrf")
            try:
                return await handler(request, logged_in)
            except Changed as changed:
                if changed.owner_name and changed.owner_name != logged_in.member.name:
                    return self.problem(409, "claimed_by_other", by=changed.owner_name)
                return self.problem(409, "changed")
            except NotYours as other:
                if other.owner_name:
                    return self.problem(409, "not_yours", "not_yours_other", by=other.owner_name)
                return self.problem(409, "not_yours", by="")
            except NotSendable as refused:
                return self.problem(422, refused.code)
            except tuple(PROBLEMS) as refused:
                status, code = next(PROBLEMS[kind] for kind in type(refused).__mro__ if kind in PROBLEMS)
                return self.problem(status, code)

        return guarded

    async def logged_in(self, request: web.Request) -> LoggedIn | None:
        """The session of the request's cookie, if there is one."""
        secret = request.cookies.get(COOKIE, "")
        return await self._sessions.find(secret) if secret else None

    def problem(self, status: int, code: str, text: str | None = None, /, **values: str) -> web.Response:
        """A refusal with the text of `balie.TEXT` (or of its code)."""
        words = self._texts.line(f"balie.{text or code}", **values)
        return web.json_response({"code": code, "text": words, **values}, status=status)

    def hand_out(self, answer: web.StreamResponse, secret: str) -> None:
        """Give the browser its cookie."""
        answer.set_cookie(COOKIE, secret, httponly=True, secure=self._secure, samesite="Strict", path="/")
