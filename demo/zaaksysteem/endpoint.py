"""One address of an API: the checks that every call goes through, as the original orders them, and the common headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from demo.zaaksysteem.clients import Client, Clients
from demo.zaaksysteem.problems import Problem, not_acceptable, precondition, server_error
from demo.zaaksysteem.store import Store

STORE: web.AppKey[Store] = web.AppKey("store", Store)
CLIENTS: web.AppKey[Clients] = web.AppKey("clients", Clients)

CRS = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that passed the checks.

    Attributes:
        request: the request.
        client: who calls.
        body: parsed JSON of a POST or PATCH.
    """

    request: web.Request
    client: Client
    body: Any

    @property
    def store(self) -> Store:
        """Where the objects are."""
        return self.request.app[STORE]

    @property
    def origin(self) -> str:
        """Scheme and host as the caller wrote them: all addresses in answers start with it."""
        return f"{self.request.scheme}://{self.request.host}"

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; of a repeated one the last counts."""
        return dict(self.request.query.items())


Handler = Callable[[Call], Awaitable[web.Response]]
Authenticate = Callable[[web.Request], Client]


def by_jwt(request: web.Request) -> Client:
    """The client of a JSON Web Token (Zaken API and Catalogi API).

    Raises:
        Problem: 403.
    """
    return request.app[CLIENTS].authenticate(request.headers.get("Authorization"))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address with its methods.

    Attributes:
        version: header ``API-version``.
        scope: scope that every call needs; methods may need more.
        methods: handler per method.
        allow: header ``Allow``, as the original sends it.
        crs: whether the CRS headers are checked.
        authenticate: finds the client.
        vary: header ``Vary``.
        invalid_title: title and detail of a 400 about fields; the two products word it differently.
    """

    version: str
    scope: str
    methods: Mapping[str, Handler]
    allow: str
    crs: bool = False
    authenticate: Authenticate = by_jwt
    vary: str = "Accept, origin, Cookie"
    invalid_title: str = "Ongeldige invoer."

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Check and answer."""
        try:
            response = await self._answer(request)
        except Problem as problem:
            body = problem.body(f"{request.scheme}://{request.host}")
            if problem.kind == "ValidationError":
                body["title"] = body["detail"] = self.invalid_title
            response = web.json_response(body, status=problem.status, headers=problem.headers)
        response.headers["Allow"] = self.allow
        response.headers["API-version"] = self.version
        if self.crs:
            response.headers["Content-Crs"] = CRS
        response.headers["Vary"] = "origin, Cookie" if self.crs else self.vary
        # The original says plain application/json, without a character set.
        if response.content_type == "application/json":
            response.headers["Content-Type"] = "application/json"
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        _check_accept(request.headers.get("Accept", "*/*"))
        client = self.authenticate(request)
        body = await _parse(request) if request.method in {"POST", "PUT", "PATCH"} else None
        client.need(self.scope)
        method = "GET" if request.method == "HEAD" else request.method
        if self.crs:
            _check_crs(request, writes=body is not None)
        handler = self.methods.get(method)
        if handler is None:
            raise Problem(
                405,
                "MethodNotAllowed",
                "method_not_allowed",
                'Methode "{method}" niet toegestaan.',
                f'Methode "{request.method}" niet toegestaan.',
            )
        return await handler(Call(request, client, body))


def single(call: Call, plain: Mapping[str, Any], shown: Mapping[str, Any] | None = None) -> web.Response:
    """Answer one object with an ETag of its plain form: the ETag does not vary with ``expand``."""
    digest = hashlib.md5(json.dumps(plain, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    etag = f'"{digest}"'
    if call.request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.json_response(shown if shown is not None else plain, headers={"ETag": etag})


def _check_accept(accept: str) -> None:
    offered = {"application/json", "application/*", "*/*"}
    if not any(part.split(";")[0].strip() in offered for part in accept.split(",")):
        raise not_acceptable()


def _check_crs(request: web.Request, *, writes: bool) -> None:
    if request.method != "DELETE":
        if "Accept-Crs" not in request.headers:
            raise precondition("'Accept-Crs' header ontbreekt")
        if request.headers["Accept-Crs"] != CRS:
            raise not_acceptable(f"CRS '{request.headers['Accept-Crs']}' is niet ondersteund")
    if writes:
        if "Content-Crs" not in request.headers:
            raise precondition("'Content-Crs' header ontbreekt")
        if request.headers["Content-Crs"] != CRS:
            raise not_acceptable(f"CRS '{request.headers['Content-Crs']}' is niet ondersteund")


async def _parse(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise Problem(
            415,
            "UnsupportedMediaType",
            "unsupported_media_type",
            'Ongeldige media type "{media_type}" in aanvraag.',
            f'Ongeldige media type "{request.content_type}" in aanvraag.',
        )
    try:
        return json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise Problem(
            400, "ParseError", "parse_error", "Ongeldig samengestelde request.", f"JSON parse error - {error}"
        ) from None


@web.middleware
async def last_resort(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A defect of the demo itself is a 500 in the form of the standard, not a page of aiohttp."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        request.app.logger.exception("defect")
        origin = f"{request.scheme}://{request.host}"
        return web.json_response(server_error().body(origin), status=500)
