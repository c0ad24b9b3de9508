"""What every call of the API goes through: faults, credentials, refusals in the provider's form, and the log."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from demo.twilio.errors import Refusal, refusal
from demo.twilio.parameters import Check, read
from demo.twilio.provider import PROVIDER, Provider

Handler = Callable[[web.Request], Awaitable[web.Response]]
SILENT_SECONDS = 600
"""How long a silent server holds a call; whoever calls gives up long before."""

MAX_BODY = 1024 * 1024


def api(handler: Handler) -> Handler:
    """A call of the API: checks the credentials, and answers refusals as the provider does."""

    async def call(request: web.Request) -> web.Response:
        provider = request.app[PROVIDER]
        try:
            await _misbehave(request, provider)
            _authenticate(request, provider)
            response = await handler(request)
            code = 0
        except Refusal as refused:
            response, code = refused.response(), refused.code
        except web.HTTPException:
            raise
        except Exception:
            request.app.logger.exception("defect")
            response, code = refusal(20500).response(), 20500
        provider.store.log(provider.now(), "api", method=request.method, path=request.path, status=response.status, code=code)
        response.headers["Twilio-Request-Id"] = provider.new_sid("RQ")
        return response

    return call


async def _misbehave(request: web.Request, provider: Provider) -> None:
    """Outage, delay, silence, error or throttling, before anything was accepted."""
    faults = provider.faults
    if faults.outage:
        raise refusal(20503)
    await asyncio.sleep(provider.chance.up_to(faults.rest_delay))
    if provider.chance.hits(faults.rest_silent):
        provider.store.log(provider.now(), "api.silent", method=request.method, path=request.path)
        await asyncio.sleep(SILENT_SECONDS)
    if provider.chance.hits(faults.rest_error):
        raise refusal(20500)
    if provider.chance.hits(faults.rest_throttle):
        raise refusal(20429)


def _authenticate(request: web.Request, provider: Provider) -> None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        raise refusal(20003) from None
    if scheme.lower() != "basic" or not provider.account.may_call(user, password):
        raise refusal(20003)
    account = request.match_info.get("account")
    if account is not None and account != provider.account.sid:
        raise refusal(20404, request.path)


async def form_of(request: web.Request, known: dict[str, Check] | Any) -> dict[str, list[str]]:
    """The parameters of a form.

    Raises:
        Refusal: the body is no form, or a parameter is not taken.
    """
    if request.can_read_body and request.content_type != "application/x-www-form-urlencoded":
        raise refusal(20001, f"Content-Type {request.content_type} is not supported")
    if request.query:
        raise refusal(20001, "parameters belong in the body")
    return read(await request.post(), known)


def query_of(request: web.Request, known: Any) -> dict[str, list[str]]:
    """The parameters of the address.

    Raises:
        Refusal: one is not taken.
    """
    return read(request.query, known)


async def json_of(request: web.Request) -> Any:
    """The JSON of a body.

    Raises:
        Refusal: it is none.
    """
    if request.content_type != "application/json":
        raise refusal(20001, f"Content-Type {request.content_type} is not supported")
    try:
        return json.loads(await request.read())
    except ValueError:
        raise refusal(20001, "the body is not JSON") from None
