"""The log-in of staff elsewhere, as the environment asks for it."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from channels.balie.guard import Guard
from channels.balie.oidc_routes import OidcRoutes
from loket.conversations.inbox import utcnow
from loket.directory import Directory
from loket.identity.logins import PendingLogins
from loket.identity.oidc import RelyingParty
from loket.identity.oidc_errors import WrongProviderSettings
from loket.identity.oidc_provider import ProviderSettings
from loket.identity.staff import StaffAccounts
from loket.identity.vault import Vault, WrongVaultKeys
from loket.settings import Settings
from loket.store import Store

log = structlog.get_logger(__name__)
PREFIX = "VERBONDEN_MEDEWERKERS"


def staff_login(
    settings: Settings, store: Store, accounts: StaffAccounts, guard: Guard, directory: Directory, environment: Mapping[str, str]
) -> OidcRoutes | None:
    """The routes; None when there is no provider, when its settings are wrong (the log says which), or when it is the provider
    of the demonstration and this is none."""
    demo = environment.get(f"{PREFIX}_DEMO") == "1"
    try:
        provider, vault = ProviderSettings.from_environment(PREFIX, environment), Vault.from_environment(environment)
    except (WrongProviderSettings, WrongVaultKeys) as error:
        log.error("balie.oidc_misconfigured", reason=str(error))
        return None
    if provider is None or (demo and not settings.demo):
        return None
    if vault is None:
        log.error("balie.oidc_misconfigured", reason="VERBONDEN_VAULT_KEYS")
        return None
    logins = PendingLogins(store, vault, "medewerkers", utcnow)
    return OidcRoutes(RelyingParty(provider), logins, accounts, guard, directory, settings.public_url, demo)
