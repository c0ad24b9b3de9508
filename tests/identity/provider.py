"""A small provider whose answers can be made wrong on purpose; its tokens are signed with joserfc.

Right answers are tested with the certified `oidc-provider` (test_oidc_strict.py): this one exists for what that one never does.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import RSAKey

Change = Callable[[dict[str, Any]], dict[str, Any] | None]
CLIENT_ID, SECRET = "verbonden", "geheim:met/tekens"


def new_key(kid: str) -> RSAKey:
    """A signing key."""
    return RSAKey.generate_key(2048, parameters={"kid": kid, "alg": "RS256", "use": "sig"})


class HostileProvider:
    """Issues codes for `nonce` without a page in between; a browser that is sent to it comes straight back.

    Attributes:
        claims: changes the claims of the next token; returning None leaves the token out.
        header: of the next token, over `{"alg": "RS256", "kid": ...}`.
        key: that signs; `published` are those in the key set.
        metadata: over the discovery document.
        token_status, token_body: instead of the answer of the token end point.
        calls: paths that were asked, in order.
    """

    def __init__(self) -> None:
        self.key = new_key("een")
        self.published = [self.key]
        self.claims: Change = lambda claims: claims
        self.header: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.raw_token: Callable[[dict[str, Any]], str] | None = None
        self.token_status, self.token_body = 200, None
        self.calls: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.authorization = ""
        self.nonce = ""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_get("/auth", self._authorize)
        app.router.add_post("/token", self._token)
        self._server = TestServer(app)

    async def __aenter__(self) -> HostileProvider:
        await self._server.start_server()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._server.close()

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.port}"

    async def _discovery(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        return web.json_response({
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks", "end_session_endpoint": f"{self.issuer}/end",
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": True, **self.metadata,
        })

    async def _authorize(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        self.nonce = request.query["nonce"]
        back = {"code": "code", "state": request.query["state"], "iss": self.issuer}
        raise web.HTTPFound(f"{request.query['redirect_uri']}?{urlencode(back)}")

    async def _jwks(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        return web.json_response({"keys": [key.as_dict(private=False) for key in self.published]})

    async def _token(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        self.authorization = request.headers.get("Authorization", "")
        if self.token_status != 200 or self.token_body is not None:
            return web.json_response(self.token_body or {"error": "invalid_grant"}, status=self.token_status)
        token = self.token()
        return web.json_response({"token_type": "Bearer", "access_token": "x", **({"id_token": token} if token else {})})

    def token(self) -> str | None:
        """An ID token as the settings of the test make it."""
        now = int(time.time())
        claims = self.claims({"iss": self.issuer, "aud": CLIENT_ID, "sub": "iemand", "nonce": self.nonce, "iat": now,
                              "exp": now + 120, "bsn": "999990007"})
        if claims is None:
            return None
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        if self.raw_token is not None:
            return self.raw_token(claims)
        return jwt.encode(header, claims, self.key)


def unsigned(claims: dict[str, Any]) -> str:
    """A token with `alg: none` and an empty signature."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
