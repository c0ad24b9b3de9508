"""Logging in at the desk with the account of the organisation (OpenID Connect): away to the provider, and back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web

from channels.balie.guard import Guard
from loket.directory import Directory
from loket.identity.logins import LIFETIME, PendingLogins
from loket.identity.member import Role
from loket.identity.oidc import Identity, RelyingParty
from loket.identity.oidc_errors import LoginInvalid, LoginRefused, OidcError, ProviderUnavailable
from loket.identity.staff import StaffAccounts

log = structlog.get_logger(__name__)
BROWSER = "verbonden_balie_inlog"
BACK = "/api/balie/oidc/terug"
DESK = "/balie"


class WrongClaims(LoginInvalid):
    """The provider does not say what this person may do here."""


class OidcRoutes:
    """`/api/balie/oidc/begin` and `terug`.

    Args:
        demo: the provider is that of the demonstration: its accounts go when the demo goes.
    """

    def __init__(
        self,
        party: RelyingParty,
        logins: PendingLogins,
        accounts: StaffAccounts,
        guard: Guard,
        directory: Directory,
        public_url: str,
        demo: bool,
    ) -> None:
        self._party, self._logins, self._accounts, self._guard = party, logins, accounts, guard
        self._directory, self._public_url, self._demo = directory, public_url.rstrip("/"), demo

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/balie/oidc/begin", self._begin)
        app.router.add_get(BACK, self._back)

    async def goodbye(self, id_token: str | None) -> str | None:
        """Where to log out at the provider too."""
        return await self._party.end_session_url(id_token, self._public_url + DESK)

    async def close(self) -> None:
        """Close connections."""
        await self._party.close()

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        browser = request.cookies.get(BROWSER) or secrets.token_urlsafe(32)
        try:
            # Who logged out here is asked again: a shared computer must not log the next person in as the one before.
            address, pending = await self._party.begin(self._public_url + BACK, {"prompt": "login"})
        except ProviderUnavailable as error:
            return self._failed("unavailable", error)
        await self._logins.remember(pending, browser)
        answer = web.HTTPSeeOther(address)
        answer.set_cookie(
            BROWSER,
            browser,
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            secure=self._public_url.startswith("https://"),
            samesite="Lax",  # the way back begins at the provider
            path="/api/balie/oidc",
        )
        return answer

    async def _back(self, request: web.Request) -> web.StreamResponse:
        try:
            pending, _ = await self._logins.take(request.query.get("state", ""), request.cookies.get(BROWSER, ""))
            identity = await self._party.finish(pending, request.query)
            staff_id = await self._account(identity)
        except LoginRefused as error:
            return self._failed("refused", error)
        except WrongClaims as error:
            return self._failed("claims", error)
        except ProviderUnavailable as error:
            return self._failed("unavailable", error)
        except OidcError as error:
            return self._failed("invalid", error)
        secret, _ = await self._accounts.sessions.begin(staff_id, identity.id_token)
        answer = web.HTTPSeeOther(DESK)
        self._guard.hand_out(answer, secret)
        answer.del_cookie(BROWSER, path="/api/balie/oidc")
        return answer

    async def _account(self, identity: Identity) -> str:
        name, organisation, role, teams = claims_of(identity.claims, self._directory)
        known = str(identity.claims.get("preferred_username") or "") if self._demo else ""
        subject = f"{self._party.settings.issuer}|{identity.subject}"
        return await self._accounts.from_provider(subject, name, organisation, role, teams, self._demo, known)

    def _failed(self, code: str, error: OidcError) -> web.StreamResponse:
        """Back to the desk's page, which says in words what happened. The reason is a code without anything of a person."""
        log.warning("balie.oidc_failed", code=code, reason=error.reason)
        return web.HTTPSeeOther(f"{DESK}#inloggen/{code}")


def claims_of(claims: Mapping[str, Any], directory: Directory) -> tuple[str, str, str, list[str]]:
    """Name, organisation, role and teams out of an ID token.

    Raises WrongClaims when the role is none of ours, the organisation is not in the verwijsindex, or there is no name: nobody
    gets in with rights that nobody gave.
    """
    name, organisation, role = (str(claims.get(key) or "").strip() for key in ("name", "organisation", "role"))
    teams = claims.get("teams") or []
    if not name:
        raise WrongClaims("no_name")
    if role not in set(Role):
        raise WrongClaims("role")
    if organisation not in directory.organisations:
        raise WrongClaims("organisation")
    if not isinstance(teams, list) or not all(isinstance(team, str) for team in teams):
        raise WrongClaims("teams")
    return name[:120], organisation, role, teams
