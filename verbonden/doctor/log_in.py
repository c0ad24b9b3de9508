"""Logging in elsewhere: whether the providers of citizens and of staff answer, and whether a BSN can be sealed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from loket.identity.oidc import RelyingParty
from loket.identity.oidc_errors import ProviderUnavailable, WrongProviderSettings
from loket.identity.oidc_provider import ProviderSettings
from loket.identity.vault import Vault, WrongVaultKeys
from loket.store.field_keys import VARIABLE
from verbonden.doctor.findings import Finding, good, note, wrong

PROVIDERS = {"DigiD": "VERBONDEN_DIGID", "staff log-in": "VERBONDEN_MEDEWERKERS"}


async def examine_log_in(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Ask each provider for its discovery document and its keys.

    Args:
        environment: the settings of the product.
    """
    for subject, prefix in PROVIDERS.items():
        yield await _provider(subject, prefix, environment)
    if environment.get("VERBONDEN_DIGID_ISSUER"):
        yield _vault(environment)


async def _provider(subject: str, prefix: str, environment: Mapping[str, str]) -> Finding:
    try:
        settings = ProviderSettings.from_environment(prefix, environment)
    except WrongProviderSettings as error:
        return wrong(subject, f"its settings can not be used: {error}.", "See docs/koppelen-zaaksysteem.md.")
    if settings is None:
        return note(subject, "no provider is set.", f"Set {prefix}_ISSUER, see docs/koppelen-zaaksysteem.md.")
    if environment.get(f"{prefix}_DEMO") == "1" and environment.get("VERBONDEN_DEMO", "1") != "1":
        sentence = "it is the demonstration, which is refused outside demo mode."
        return wrong(subject, sentence, f"Set {prefix}_ISSUER to a real one.")
    party = RelyingParty(settings)
    try:
        await party.check()
    except ProviderUnavailable as error:
        return wrong(subject, f"{settings.issuer} can not be used: {error.reason}.", "Nobody can log in until it can.")
    finally:
        await party.close()
    return good(subject, f"{settings.issuer} answers.")


def _vault(environment: Mapping[str, str]) -> Finding:
    try:
        vault = Vault.from_environment(environment)
    except WrongVaultKeys as error:
        return wrong("vault", f"{error}.", "Nobody can log in with DigiD until it does.")
    if vault is None:
        return wrong("vault", f"{VARIABLE} is not set: nobody can log in with DigiD.", "See docs/koppelen-zaaksysteem.md.")
    return good("vault", "a BSN can be sealed.")
