"""Who may call, and the check of the JSON Web Token, with Open Zaak's codes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from demo.zaaksysteem.problems import denied

LEVELS = (
    "openbaar",
    "beperkt_openbaar",
    "intern",
    "zaakvertrouwelijk",
    "vertrouwelijk",
    "confidentieel",
    "geheim",
    "zeer_geheim",
)
"""``vertrouwelijkheidaanduiding``, from public to top secret."""

TOKEN_LIFETIME = 3600
"""Seconds from ``iat``, without leeway (JWT_EXPIRY of Open Zaak)."""

READ = frozenset({"zaken.lezen", "catalogi.lezen"})
WRITE = frozenset({"zaken.aanmaken", "zaken.bijwerken", "zaken.statussen.toevoegen", "zaken.heropenen"})


@dataclass(frozen=True, slots=True)
class Client:
    """A client with its rights.

    Attributes:
        client_id: claim ``client_id``.
        secret: shared secret.
        scopes: what it may do.
        maximum: the most confidential case it may see (``maxVertrouwelijkheidaanduiding``).
    """

    client_id: str
    secret: str = field(repr=False)
    scopes: frozenset[str] = READ
    maximum: str = "vertrouwelijk"

    def may_see(self, level: str) -> bool:
        """Whether a case of this confidentiality is visible to the client."""
        return LEVELS.index(level) <= LEVELS.index(self.maximum)

    def need(self, scope: str) -> None:
        """Refuse when the client lacks a scope.

        Raises:
            Problem: 403.
        """
        if scope not in self.scopes:
            raise denied()


class Clients:
    """All clients by their id."""

    def __init__(self, clients: Iterable[Client]) -> None:
        """Keep them."""
        self._clients: Mapping[str, Client] = {client.client_id: client for client in clients}

    def authenticate(self, authorization: str | None) -> Client:
        """The client that made this ``Authorization`` header.

        Raises:
            Problem: 403 with the code of what is wrong.
        """
        # Case-sensitive: "bearer" is not recognised at all, so it is as if no header was sent.
        if authorization is None or not authorization.startswith("Bearer "):
            raise denied()
        token = authorization.removeprefix("Bearer ").strip()
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise denied(
                "jwt-decode-error",
                "Het JWT kon niet gedecodeerd worden. Mogelijks heb je een copy-paste fout gemaakt",
            ) from None
        if "client_id" not in claims:
            raise denied("missing-client-identifier", "Client identifier is niet aanwezig in JWT")
        client = self._clients.get(str(claims["client_id"]))
        if client is None:
            raise denied("invalid-client-identifier", "Client identifier bestaat niet")
        self._verify(token, client.secret)
        return client

    @staticmethod
    def _verify(token: str, secret: str) -> None:
        try:
            # An iat in the future is accepted.
            claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidSignatureError:
            raise denied("invalid-jwt-signature", "Client credentials zijn niet geldig") from None
        except jwt.PyJWTError as error:
            raise denied(f"jwt-{type(error).__name__.lower()}", "JWT is niet valide") from None
        issued = claims.get("iat")
        if not isinstance(issued, int | float):
            raise denied("jwt-missing-iat-claim", "Missing required iat claim")
        if time.time() - issued >= TOKEN_LIFETIME:
            raise denied("jwt-expired", "De JWT die gebruikt is voor dit verzoek is verlopen")
