"""Puts logging in with DigiD together, when the settings name a provider. Nothing here may stop the gateway."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import structlog
from aiohttp import web

from channels.digid.pages import Pages
from channels.digid.routes import PURPOSE, DigidRoutes, DigidServices
from channels.web.sessions import WebSessions
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.errors import CaseSystemError
from loket.contacts.outbox import open_register
from loket.contacts.register import ContactRegister
from loket.conversations.inbox import Inbox, utcnow
from loket.identity.digid import DigidSessions
from loket.identity.digid_expiry import DigidExpiry
from loket.identity.logins import PendingLogins
from loket.identity.oidc import RelyingParty
from loket.identity.oidc_errors import WrongProviderSettings
from loket.identity.oidc_provider import ProviderSettings
from loket.identity.one_time import OneTimeTokens
from loket.identity.vault import Vault, WrongVaultKeys
from loket.settings import Settings
from loket.store import Store

log = structlog.get_logger(__name__)
PREFIX = "VERBONDEN_DIGID"


class Digid:
    """The routes, and what ends log-ins whose time is over."""

    def __init__(
        self, routes: DigidRoutes | None, expiry: DigidExpiry | None, *connections: RelyingParty | ContactRegister
    ) -> None:
        self._routes, self._expiry, self._connections = routes, expiry, connections

    def add(self, app: web.Application) -> None:
        """Register the routes, if there is a provider."""
        if self._routes is not None:
            self._routes.add(app)

    async def start(self) -> None:
        """Begin."""
        if self._expiry is not None:
            await self._expiry.start()

    async def stop(self) -> None:
        """Stop."""
        if self._expiry is not None:
            await self._expiry.stop()
        for connection in self._connections:
            await connection.close()


def build_digid(
    settings: Settings,
    store: Store,
    web_sessions: WebSessions,
    inbox: Inbox,
    composer: Composer,
    bus: Bus,
    brand: str,
    short: Callable[[str], bool],
    environment: Mapping[str, str] | None = None,
) -> Digid:
    """What the environment asks for; without a provider, or with settings that can not be used, nobody can log in."""
    given = os.environ if environment is None else environment
    try:
        provider = ProviderSettings.from_environment(PREFIX, given)
        vault = Vault.from_environment(given)
    except (WrongProviderSettings, WrongVaultKeys) as error:
        log.error("digid.misconfigured", reason=str(error))
        return Digid(None, None)
    if provider is None:
        return Digid(None, None)
    if vault is None or (given.get(f"{PREFIX}_DEMO") == "1" and not settings.demo):
        reason = "VERBONDEN_VAULT_KEYS is not set" if vault is None else "a demo provider outside demo mode"
        log.error("digid.misconfigured", reason=reason)
        return Digid(None, None)
    party, digid_sessions = RelyingParty(provider), DigidSessions(store, vault, utcnow)
    services = DigidServices(
        store=store,
        party=party,
        sessions=digid_sessions,
        logins=PendingLogins(store, vault, PURPOSE, utcnow),
        tokens=OneTimeTokens(store, utcnow),
        web_sessions=web_sessions,
        inbox=inbox,
        bus=bus,
        composer=composer,
        pages=Pages(settings.data / "antwoorden" / "paginas.yaml", brand),
        public_url=settings.public_url,
        bsn_claim=given.get(f"{PREFIX}_BSN_CLAIM") or "bsn",
        register=_register(settings, given),
    )
    connections = [party, services.register] if services.register else [party]
    return Digid(DigidRoutes(services), DigidExpiry(digid_sessions, store, inbox, composer, bus, short), *connections)


def _register(settings: Settings, environment: Mapping[str, str]) -> ContactRegister | None:
    """The register of contacts; None when none is set, or its file can not be used (`verbonden doctor` says which)."""
    try:
        return open_register(settings.data / "klantinteracties.yaml", environment)
    except CaseSystemError:
        return None
