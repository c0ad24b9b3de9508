"""Notifications of case systems: whether our callback keeps its contract, and whether it is registered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import aiohttp

from channels.nrc import PATH, VARIABLE
from loket.cases.token import JwtAuthorization
from loket.notifications.intake import CASES
from verbonden.doctor.findings import Finding, good, note, wrong

PATIENCE = aiohttp.ClientTimeout(total=5)
TEST_BODY = {
    "kanaal": "test",
    "hoofdObject": "http://some.hoofdobject.nl/",
    "resource": "some_resource",
    "resourceUrl": "http://some.resource-url.nl/",
    "actie": "some_action",
    "aanmaakdatum": "2026-01-01T00:00:00Z",
    "kenmerken": {},
}
"""About no case, so nothing is kept."""


async def examine_notifications(environment: Mapping[str, str], *, subscribe: bool = False) -> AsyncIterator[Finding]:
    """Ask the callback and the Notificaties API.

    Args:
        subscribe: register us when we are not registered; may be repeated.
        environment: the settings of the product; NOTIFICATIES_URL (with `/api/v1`), NOTIFICATIES_CLIENT_ID and
            NOTIFICATIES_SECRET name the Notificaties API, if there is one.
    """
    authorization = environment.get(VARIABLE, "")
    if not authorization:
        yield note("notifications", "none are taken: citizens are not offered news.", f"Set {VARIABLE} to take them.")
        return
    callback = f"{environment.get('VERBONDEN_PUBLIC_URL', '').rstrip('/')}{PATH}"
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        yield await _callback(http, callback, authorization)
        if url := environment.get("NOTIFICATIES_URL"):
            yield await _registration(http, url.rstrip("/"), callback, environment, subscribe)
        elif not environment.get("NRC_CALLBACK_URL"):
            yield note("registration", "it is not known where.", "Set NOTIFICATIES_URL to have it checked.")


async def _callback(http: aiohttp.ClientSession, callback: str, authorization: str) -> Finding:
    try:
        async with http.post(callback, json=TEST_BODY) as answer:
            stranger = answer.status
        async with http.post(callback, json=TEST_BODY, headers={"Authorization": authorization}) as answer:
            known = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return wrong("notifications", f"the callback {callback} can not be reached.", "See VERBONDEN_PUBLIC_URL.")
    if (stranger, known) != (403, 204):
        return wrong(
            "notifications",
            f"the callback answers {stranger} to a stranger and {known} to us, not 403 and 204.",
            f"Give the gateway the same {VARIABLE}.",
        )
    return good("notifications", f"the callback {callback} takes them, and refuses strangers.")


async def _registration(
    http: aiohttp.ClientSession, url: str, callback: str, environment: Mapping[str, str], subscribe: bool
) -> Finding:
    client, secret = environment.get("NOTIFICATIES_CLIENT_ID", ""), environment.get("NOTIFICATIES_SECRET", "")
    if not client or not secret:
        return wrong("registration", "it can not be asked.", "Set NOTIFICATIES_CLIENT_ID and NOTIFICATIES_SECRET.")
    try:
        headers = {"Authorization": JwtAuthorization(client, secret).header(), "Accept": "application/json"}
        async with http.get(f"{url}/abonnement", headers=headers) as answer:
            if answer.status != 200:
                return wrong(
                    "registration", f"the Notificaties API answers {answer.status}.", "It needs notificaties.consumeren."
                )
            found = await answer.json()
        ours = [item for item in found if item.get("callbackUrl") == callback]
        auth = environment[VARIABLE]
        if any(item.get("auth") not in (None, auth) for item in ours):
            return wrong("registration", f"it has another value than {VARIABLE}.", f"Remove it at {url}/abonnement and register.")
        if any(channel.get("naam") == CASES for item in ours for channel in item.get("kanalen", [])):
            return good("registration", "we are subscribed to the channel `zaken`.")
        if not subscribe:
            return wrong("registration", "we are not subscribed to the channel `zaken`.", "Run `verbonden doctor --subscribe`.")
        wanted = {"callbackUrl": callback, "auth": auth, "kanalen": [{"naam": CASES, "filters": {}}]}
        async with http.post(f"{url}/abonnement", headers=headers, json=wanted) as answer:
            if answer.status != 201:
                return wrong("registration", f"the Notificaties API refuses it ({answer.status}).",
                             "The channel `zaken` must exist there, and it must reach our callback.")
        return good("registration", "we are subscribed to the channel `zaken` now.")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return wrong("registration", "the Notificaties API can not be reached.", "See NOTIFICATIES_URL.")
