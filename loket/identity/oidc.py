"""Log-in elsewhere: an OpenID Connect relying party with the code flow, PKCE (S256), state and nonce.

Used for citizens (DigiD, through a broker) and for counter staff. It keeps nothing: what must be remembered between leaving
and coming back is a `Pending`, which `loket.identity.logins` keeps for one browser and hands out once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from loket.identity.id_token import check_id_token, key_id
from loket.identity.oidc_errors import LoginInvalid, LoginRefused, ProviderUnavailable
from loket.identity.oidc_provider import Metadata, Provider, ProviderSettings

MAXIMUM_PARAMETER = 4096
"""Characters of a code or state in an answer; more is no answer of a provider."""

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Pending:
    """A log-in that was begun. All but the issuer and the address is secret.

    Attributes:
        issuer: where the person was sent.
        redirect_uri: where they come back.
        state, nonce, verifier: random, 256 bits each.
    """

    issuer: str
    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """Who logged in. Never logged: no repr of its values.

    Attributes:
        subject: `sub`, unique within the issuer.
        claims: of the checked ID token.
        id_token: as it came, to log out with.
    """

    subject: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    id_token: str = field(repr=False)


class RelyingParty:
    """Sends people to one provider and checks what they bring back.

    Args:
        settings: of the provider.
        clock: seconds since 1970.
    """

    def __init__(self, settings: ProviderSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._provider, self._clock = Provider(settings), clock

    async def begin(self, redirect_uri: str, extra: Mapping[str, str] | None = None) -> tuple[str, Pending]:
        """The address to send a browser to, and what to remember.

        Args:
            redirect_uri: registered at the provider.
            extra: further parameters, such as `prompt` or `login_hint`.

        Raises:
            ProviderUnavailable: its discovery document can not be had.
        """
        metadata = await self._provider.metadata()
        pending = Pending(self.settings.issuer, redirect_uri, *(secrets.token_urlsafe(32) for _ in range(3)))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode()
        parameters = {
            **(extra or {}),
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.settings.scopes,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if self.settings.acr_values:
            parameters["acr_values"] = " ".join(self.settings.acr_values)
        return _with(metadata.authorization_endpoint, parameters), pending

    async def finish(self, pending: Pending, answer: Mapping[str, str]) -> Identity:
        """Check the answer that a browser brought, and get the token for it.

        Args:
            pending: remembered for this browser; must not be used again, whatever comes of it.
            answer: the query of the redirect.

        Raises:
            LoginInvalid, LoginRefused, ProviderUnavailable.
        """
        metadata = await self._provider.metadata()
        code = self._code(pending, answer, metadata)
        headers, form = self._authenticated(metadata)
        form |= {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.redirect_uri,
            "code_verifier": pending.verifier,
        }
        status, body = await self._provider.post(metadata.token_endpoint, form, headers)
        if status >= 500:
            raise ProviderUnavailable(f"token_http_{status}")
        token = body.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise LoginInvalid(f"token_{_word(body.get('error')) or status}")
        keys = await self._provider.keys(key_id(token, self.settings))
        claims = check_id_token(token, keys, self.settings, pending.nonce, self._clock())
        return Identity(claims["sub"], claims, token)

    async def end_session_url(self, id_token: str | None, back: str) -> str | None:
        """Where to send a browser to log out at the provider too; None when it offers no such address or is down.

        Args:
            id_token: of the log-in; None where it holds what may stand in no address.
            back: where the browser goes afterwards; registered at the provider.
        """
        try:
            address = (await self._provider.metadata()).end_session_endpoint
        except ProviderUnavailable:
            return None
        if address is None:
            return None
        hint = {"id_token_hint": id_token} if id_token else {}
        return _with(address, {**hint, "client_id": self.settings.client_id, "post_logout_redirect_uri": back})

    async def check(self) -> None:
        """Whether discovery document and keys can be had; for `verbonden doctor`. Raises ProviderUnavailable."""
        await self._provider.metadata()
        await self._provider.keys()

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    def _code(self, pending: Pending, answer: Mapping[str, str], metadata: Metadata) -> str:
        if any(len(value) > MAXIMUM_PARAMETER for value in answer.values()):
            raise LoginInvalid("too_long")
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise LoginInvalid("state")
        if pending.issuer != self.settings.issuer:
            raise LoginInvalid("issuer")
        issuer = answer.get("iss")
        if (issuer is None and metadata.names_issuer) or (issuer is not None and issuer != self.settings.issuer):
            raise LoginInvalid("issuer")  # RFC 9207: an answer of another provider
        if "error" in answer:
            raise LoginRefused(_word(answer["error"]) or "error")
        code = answer.get("code", "")
        if not code:
            raise LoginInvalid("no_code")
        return code

    def _authenticated(self, metadata: Metadata) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and form fields that say who we are (OpenID Connect Core 1.0, section 9)."""
        settings = self.settings
        if settings.client_authentication == "client_secret_post":
            return {}, {"client_id": settings.client_id, "client_secret": settings.client_secret}
        if settings.client_authentication == "private_key_jwt":
            return {}, {"client_id": settings.client_id, "client_assertion_type": ASSERTION,
                        "client_assertion": self._assertion(metadata.token_endpoint)}
        both = f"{quote(settings.client_id, safe='')}:{quote(settings.client_secret, safe='')}"
        return {"Authorization": "Basic " + base64.b64encode(both.encode()).decode()}, {}

    def _assertion(self, audience: str) -> str:
        now = int(self._clock())
        claims = {"iss": self.settings.client_id, "sub": self.settings.client_id, "aud": audience, "jti": str(uuid.uuid4()),
                  "iat": now, "exp": now + 60}
        try:
            key: RSAKey | ECKey = RSAKey.import_key(self.settings.client_secret)
            algorithm = "PS256"
        except (JoseError, ValueError):
            key, algorithm = ECKey.import_key(self.settings.client_secret), "ES256"
        return jwt.encode({"alg": algorithm, "kid": key.thumbprint()}, claims, key, algorithms=[algorithm])


def _with(address: str, parameters: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def _word(value: object) -> str:
    """An error code, if it looks like one: anything else could be a value of a person."""
    return value if isinstance(value, str) and value.isascii() and value.replace("_", "").isalpha() and len(value) < 60 else ""
