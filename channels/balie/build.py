"""The desk put together: its routes, and how staff log in."""

from __future__ import annotations

import os
from collections.abc import Mapping

import structlog
from aiohttp import web

from channels.balie.guard import Guard
from channels.balie.help_routes import HelpRoutes
from channels.balie.oidc_setup import staff_login
from channels.balie.routes import DeskRoutes
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.errors import CaseSystemError
from loket.cases.registry import CaseSystems
from loket.conversations.desk import Desk
from loket.handoff.canned import CannedAnswers
from loket.handoff.case_lookup import CaseDesk
from loket.handoff.targets import WaitTargets
from loket.identity.attempts import Attempts
from loket.identity.digid import DigidSessions
from loket.identity.staff import StaffAccounts
from loket.identity.vault import Vault, WrongVaultKeys
from loket.settings import Settings

log = structlog.get_logger(__name__)


def add_desk(
    app: web.Application,
    settings: Settings,
    desk: Desk,
    accounts: StaffAccounts,
    bus: Bus,
    composer: Composer,
    name: str,
    canned: CannedAnswers,
    environment: Mapping[str, str] | None = None,
) -> DeskRoutes:
    """Register the desk's routes. Passwords are for the demonstration only. Raises the errors of the data files it reads."""
    guard = Guard(accounts.sessions, composer.texts, settings.public_url)
    given = os.environ if environment is None else environment
    provider = staff_login(settings, desk.store, accounts, guard, composer.directory, given)
    routes = DeskRoutes(
        desk,
        accounts,
        bus,
        composer.directory,
        composer.texts,
        name,
        settings.public_url,
        guard,
        WaitTargets.load(settings.data),
        passwords=settings.demo,
        provider=provider,
    )
    routes.add(app)
    cases = _cases(settings, desk, given)
    HelpRoutes(desk, canned, cases, guard).add(app)
    if provider is not None:
        provider.add(app)

        async def close(_: web.Application) -> None:
            await provider.close()

        app.on_cleanup.append(close)
    return routes


def _cases(settings: Settings, desk: Desk, environment: Mapping[str, str]) -> CaseDesk | None:
    path = environment.get("VERBONDEN_CASE_SYSTEMS") or settings.data / "zaaksystemen.yaml"
    try:
        systems = CaseSystems.from_file(path, environment)
    except CaseSystemError as error:
        log.error("balie.case_systems_misconfigured", reason=error.reason)
        return None
    return CaseDesk(systems, desk.acts, Attempts(desk.store), desk.acts.now, _logged_in(desk, environment))


def _logged_in(desk: Desk, environment: Mapping[str, str]) -> DigidSessions | None:
    """Who is logged in with DigiD; None where nobody can log in (channels.digid.setup says why)."""
    try:
        vault = Vault.from_environment(environment)
    except WrongVaultKeys:
        return None
    return DigidSessions(desk.store, vault, desk.acts.now) if vault else None
