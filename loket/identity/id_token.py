"""The checks of an ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from loket.identity.oidc_errors import LoginInvalid
from loket.identity.oidc_provider import ProviderSettings

OLDEST_SECONDS = 600
"""A token is asked for and used at once: one that was made longer ago than this is not the answer to our question."""


def key_id(token: str, settings: ProviderSettings) -> str | None:
    """The id of the key that a token says it is signed with. Raises LoginInvalid for an algorithm that is not accepted.

    Nothing of the token is trusted yet.
    """
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, UnicodeError):
        raise LoginInvalid("id_token_malformed") from None
    if header.get("alg") not in settings.algorithms:
        raise LoginInvalid("id_token_algorithm")
    found = header.get("kid")
    return found if isinstance(found, str) else None


def check_id_token(token: str, keys: KeySet, settings: ProviderSettings, nonce: str, now: float) -> dict[str, Any]:
    """The claims of a token that is what it must be.

    Args:
        token: compact, signed.
        keys: of the provider.
        settings: of the provider.
        nonce: that we sent.
        now: seconds since 1970.

    Raises:
        LoginInvalid: `id_token_` and `malformed`, `algorithm`, `signature`, `issuer`, `audience`, `expired`, `time`, `nonce`,
            `subject` or `acr`.
    """
    key_id(token, settings)
    try:
        claims = dict(jwt.decode(token, keys, algorithms=list(settings.algorithms)).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise LoginInvalid("id_token_signature") from None
    if claims.get("iss") != settings.issuer:
        raise LoginInvalid("id_token_issuer")
    _audience(claims, settings.client_id)
    _times(claims, settings.skew_seconds, now)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise LoginInvalid("id_token_nonce")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise LoginInvalid("id_token_subject")
    if settings.acr_values and claims.get("acr") not in settings.acr_values:
        raise LoginInvalid("id_token_acr")
    return claims


def _audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if client_id not in several:
        raise LoginInvalid("id_token_audience")
    # Meant for others too, then it must say that it was made for us.
    if (len(several) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise LoginInvalid("id_token_audience")


def _times(claims: Mapping[str, Any], skew: int, now: float) -> None:
    expires, made, not_before = (_moment(value) for value in (claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)))
    if now - skew >= expires:
        raise LoginInvalid("id_token_expired")
    if made > now + skew or not_before > now + skew or made < now - OLDEST_SECONDS - skew:
        raise LoginInvalid("id_token_time")


def _moment(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise LoginInvalid("id_token_time")
    return float(value)
