"""One OpenID Connect provider: its settings, its discovery document and its keys, fetched when needed and kept for a while."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from loket.identity.oidc_errors import ProviderUnavailable, WrongProviderSettings

log = structlog.get_logger(__name__)

ALGORITHMS = ("PS256", "RS256", "ES256", "EdDSA")
"""Signatures of ID tokens that are accepted unless the settings say less. Never `none`, and never one with a shared secret."""

ALLOWED = frozenset({*ALGORITHMS, "PS384", "PS512", "RS384", "RS512", "ES384", "ES512"})
CLIENT_AUTHENTICATION = ("client_secret_basic", "client_secret_post", "private_key_jwt")
TIMEOUT = aiohttp.ClientTimeout(total=8, connect=3)
METADATA_SECONDS = 3600.0
KEYS_SECONDS = 3600.0
KEYS_AGAIN_SECONDS = 30.0
"""A token with an unknown key makes us look for new keys, yet not more often than this: anyone can make up a key id."""

MAXIMUM_BODY = 256 * 1024


@dataclass(frozen=True)
class ProviderSettings:
    """What must be known of a provider.

    Attributes:
        issuer: exactly as it stands in its discovery document and its tokens.
        client_id, client_secret: ours; with `private_key_jwt` the secret is a private key in PEM.
        client_authentication: one of CLIENT_AUTHENTICATION.
        scopes: with a space in between; `openid` must be one of them.
        algorithms: signatures that are accepted.
        acr_values: levels of assurance that we ask for; when there are any, a token must name one of them.
        skew_seconds: how far the clocks of the provider and of us may differ.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    client_authentication: str = "client_secret_basic"
    scopes: str = "openid"
    algorithms: tuple[str, ...] = ALGORITHMS
    acr_values: tuple[str, ...] = ()
    skew_seconds: int = 30

    def __post_init__(self) -> None:
        """Raises WrongProviderSettings for settings that would be unsafe or can not work."""
        if not is_safe(self.issuer) or self.issuer.endswith("?"):
            raise WrongProviderSettings("the issuer must be an https address (http only on this machine)")
        if not self.client_id or not self.client_secret:
            raise WrongProviderSettings("client id and client secret are needed")
        if self.client_authentication not in CLIENT_AUTHENTICATION:
            raise WrongProviderSettings(f"client authentication must be one of {', '.join(CLIENT_AUTHENTICATION)}")
        if "openid" not in self.scopes.split():
            raise WrongProviderSettings("scopes must hold openid")
        if not self.algorithms or not set(self.algorithms) <= ALLOWED:
            raise WrongProviderSettings(f"algorithms must be of {', '.join(sorted(ALLOWED))}")

    @classmethod
    def from_environment(cls, prefix: str, environment: Mapping[str, str]) -> ProviderSettings | None:
        """Read `<prefix>_` and ISSUER, CLIENT_ID, CLIENT_SECRET, CLIENT_AUTHENTICATION, SCOPES, ALGORITHMS, ACR_VALUES.

        Returns None when there is no issuer. Raises WrongProviderSettings, with the prefix in the message.
        """
        issuer = environment.get(f"{prefix}_ISSUER", "").strip()
        if not issuer:
            return None

        def several(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(environment.get(f"{prefix}_{name}", "").replace(",", " ").split()) or default

        try:
            return cls(
                issuer=issuer,
                client_id=environment.get(f"{prefix}_CLIENT_ID", ""),
                client_secret=environment.get(f"{prefix}_CLIENT_SECRET", ""),
                client_authentication=environment.get(f"{prefix}_CLIENT_AUTHENTICATION") or "client_secret_basic",
                scopes=environment.get(f"{prefix}_SCOPES") or "openid",
                algorithms=several("ALGORITHMS", ALGORITHMS),
                acr_values=several("ACR_VALUES", ()),
            )
        except WrongProviderSettings as error:
            raise WrongProviderSettings(f"{prefix}_*: {error}") from None


@dataclass(frozen=True)
class Metadata:
    """The part of a discovery document that we use (OpenID Connect Discovery 1.0, section 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    names_issuer: bool
    """Whether its answers must name it (`authorization_response_iss_parameter_supported`, RFC 9207)."""


class Provider:
    """Talks to one provider. Connections are made on first use, inside the running event loop."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._lock = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """The discovery document, at most an hour old. Raises ProviderUnavailable."""
        async with self._lock:
            if self._metadata is not None and time.monotonic() - self._metadata[0] < METADATA_SECONDS:
                return self._metadata[1]
            address = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = _metadata_of(await self._read(address), self.settings.issuer)
            self._metadata = (time.monotonic(), found)
            return found

    async def keys(self, known_id: str | None = None) -> KeySet:
        """The keys with which it signs.

        Args:
            known_id: of the key that is needed; when it is not among those we have, they are fetched again.

        Raises:
            ProviderUnavailable: they can not be fetched.
        """
        address = (await self.metadata()).jwks_uri
        async with self._lock:
            if self._keys is not None:
                age = time.monotonic() - self._keys[0]
                missing = known_id is not None and all(key.kid != known_id for key in self._keys[1])
                if age < (KEYS_AGAIN_SECONDS if missing else KEYS_SECONDS):
                    return self._keys[1]
            body = await self._read(address)
            try:
                found = KeySet.import_key_set({"keys": [key for key in body["keys"] if key.get("use", "sig") == "sig"]})
            except (JoseError, KeyError, TypeError, AttributeError, ValueError):
                raise ProviderUnavailable("keys_malformed") from None
            self._keys = (time.monotonic(), found)
            return found

    async def post(self, address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """One POST of a form, never repeated. Returns status and JSON object. Raises ProviderUnavailable."""
        return await self._request("POST", address, headers, form)

    async def _read(self, address: str) -> dict[str, Any]:
        """One GET that must succeed; tried twice, as it changes nothing."""
        try:
            status, body = await self._request("GET", address, {}, None)
        except ProviderUnavailable:
            status, body = await self._request("GET", address, {}, None)
        if status != 200:
            raise ProviderUnavailable(f"http_{status}")
        return body

    async def _request(
        self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(
                method, address, headers={"Accept": "application/json", **headers}, data=form, allow_redirects=False
            ) as answer:
                raw = await answer.content.read(MAXIMUM_BODY + 1)
                while len(raw) <= MAXIMUM_BODY and (more := await answer.content.read(MAXIMUM_BODY + 1 - len(raw))):
                    raw += more
                if len(raw) > MAXIMUM_BODY:
                    raise ProviderUnavailable("too_big")
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("oidc.unreachable", issuer=self.settings.issuer, error=type(error).__name__)
            raise ProviderUnavailable("unreachable") from None
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise ProviderUnavailable(f"no_json_http_{status}") from None
        if not isinstance(body, dict):
            raise ProviderUnavailable("no_object")
        return status, body

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _metadata_of(body: Mapping[str, Any], issuer: str) -> Metadata:
    if body.get("issuer") != issuer:  # exact: Discovery 1.0, section 4.3
        raise ProviderUnavailable("issuer_of_metadata")
    authorization, token, keys = (body.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"))
    if not all(isinstance(address, str) and is_safe(address) for address in (authorization, token, keys)):
        raise ProviderUnavailable("endpoints")
    if "S256" not in body.get("code_challenge_methods_supported", ["S256"]):
        raise ProviderUnavailable("no_pkce")
    end = body.get("end_session_endpoint")
    names_issuer = body.get("authorization_response_iss_parameter_supported") is True
    ends = end if isinstance(end, str) and is_safe(end) else None
    return Metadata(str(authorization), str(token), str(keys), ends, names_issuer)


def is_safe(address: str) -> bool:
    """Whether it is https, or http on this machine only (RFC 8252, section 8.3)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.username or parts.fragment or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
