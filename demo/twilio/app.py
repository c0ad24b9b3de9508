"""The addresses of the fake."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from demo.twilio import account_api, content_api, control, messages_api, phone
from demo.twilio.account import Account
from demo.twilio.callbacks import Callbacks
from demo.twilio.errors import refusal
from demo.twilio.events import EVENTS, Events
from demo.twilio.inbound import Reception
from demo.twilio.lifecycle import Lifecycle
from demo.twilio.provider import PROVIDER, Provider
from demo.twilio.store import Store
from demo.twilio.webhooks import Webhooks


def create_app(account: Account, store: Store, base: str, seed: int | None = None) -> web.Application:
    """The application; the store is closed when it stops.

    Args:
        account: whose account it is.
        store: where everything is kept.
        base: own address, without a slash at the end.
        seed: for the faults.
    """
    app = web.Application(client_max_size=control.MAX_FILE * 2, middlewares=[_not_found])
    provider = Provider(account, store, base, seed)
    app[PROVIDER] = provider
    app[EVENTS] = Events(store)
    for channel, url in (("sms", account.webhook_sms), ("whatsapp", account.webhook_whatsapp)):
        if url:
            store.keep("webhook", channel, {"url": url, "fallback": ""})

    async def run(_: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=200)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
            webhooks = Webhooks(provider, http)
            lifecycle = Lifecycle(provider, Callbacks(provider, webhooks), http)
            app[messages_api.LIFECYCLE] = lifecycle
            app[control.RECEPTION] = Reception(provider, webhooks)
            lifecycle.resume()
            yield
            await provider.stop()

    async def hang_up(_: web.Application) -> None:
        app[EVENTS].close()

    app.cleanup_ctx.append(run)
    app.on_shutdown.append(hang_up)
    for part in (messages_api, account_api, content_api, control, phone):
        part.add(app)
    return app


@web.middleware
async def _not_found(request: web.Request, handler: aiohttp.typedefs.Handler) -> web.StreamResponse:
    """An address of the API that does not exist is answered in the provider's form."""
    error = request.match_info.http_exception
    if error is not None and request.path.startswith(("/2010-04-01", "/v1/", "/v2/")):
        refused = refusal(20004) if error.status == 405 else refusal(20404, request.path)
        return refused.response()
    return await handler(request)

