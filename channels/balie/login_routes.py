"""Logging in and out at the desk, and who is logged in."""

from __future__ import annotations

from typing import Any, Protocol

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from channels.balie.guard import COOKIE, Guard
from channels.web.routes import same_origin
from loket.directory import Directory
from loket.handoff.presence import PresenceBook, Status
from loket.identity.attempts import TooManyAttempts
from loket.identity.staff import LoggedIn, StaffAccounts, WrongLogin


class _Login(BaseModel):
    username: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)


class _Presence(BaseModel):
    status: Status


class Provider(Protocol):
    """The log-in elsewhere, as far as logging out goes."""

    async def goodbye(self, id_token: str | None) -> str | None:
        """Where to send the browser to log out there too."""
        ...


class LoginRoutes:
    """`/api/balie/login`, `logout`, `me` and `presence`.

    Args:
        passwords: accounts with a password may log in: in the demonstration only.
        provider: the log-in elsewhere, when there is one.
    """

    def __init__(
        self,
        accounts: StaffAccounts,
        presence: PresenceBook,
        guard: Guard,
        directory: Directory,
        public_url: str,
        passwords: bool,
        provider: Provider | None,
    ) -> None:
        self._passwords, self._provider = passwords, provider
        self._accounts, self._presence, self._guard = accounts, presence, guard
        self._directory, self._public_url = directory, public_url

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/balie/login", self._ways)
        app.router.add_post("/api/balie/login", self._login)
        app.router.add_post("/api/balie/logout", self._guard(self._logout))
        app.router.add_get("/api/balie/me", self._guard(self._me))
        app.router.add_post("/api/balie/presence", self._guard(self._choose))

    async def _ways(self, request: web.Request) -> web.StreamResponse:
        """How one can log in here."""
        return web.json_response({"oidc": self._provider is not None, "password": self._passwords})

    async def _login(self, request: web.Request) -> web.StreamResponse:
        if not same_origin(request, self._public_url):
            raise web.HTTPForbidden
        if not self._passwords:
            return self._guard.problem(403, "no_passwords")
        try:
            given = _Login.model_validate(await request.json())
            secret, logged_in = await self._accounts.log_in(given.username.strip().lower(), given.password)
        except (ValidationError, ValueError):
            return self._guard.problem(400, "malformed")
        except WrongLogin:
            return self._guard.problem(401, "wrong_login")
        except TooManyAttempts:
            return self._guard.problem(429, "too_many")
        answer = web.json_response(await self._who(logged_in))
        self._guard.hand_out(answer, secret)
        return answer

    async def _logout(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        id_token = await self._accounts.sessions.end(logged_in)
        further = await self._provider.goodbye(id_token) if self._provider and id_token else None
        answer = web.json_response({"further": further})
        answer.del_cookie(COOKIE, path="/")
        return answer

    async def _me(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        await self._accounts.sessions.active(logged_in)
        await self._presence.active(logged_in.member.id)
        logged_in = await self._accounts.sessions.rotated(request.cookies[COOKIE], logged_in)
        answer = web.json_response(await self._who(logged_in))
        if logged_in.fresh:
            self._guard.hand_out(answer, logged_in.fresh)
        return answer

    async def _choose(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Presence.model_validate(await request.json())
        await self._presence.choose(logged_in.member.id, given.status)
        return web.json_response({"status": await self._presence.status(logged_in.member.id)})

    async def _who(self, logged_in: LoggedIn) -> dict[str, Any]:
        member = logged_in.member
        return {
            "user": {
                "id": member.id,
                "name": member.name,
                "organisation": member.organisation,
                "organisation_name": self._directory.name_in_sentence(member.organisation),
                "role": member.role,
                "teams": sorted(member.teams),
                "status": await self._presence.status(member.id),
            },
            "csrf": logged_in.csrf,
        }
