"""SMS and WhatsApp: whether the provider's account, numbers, webhook addresses and templates are as they must be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from channels.twilio.api import TwilioApi
from channels.twilio.settings import INBOUND_PATH, RETRIES, TwilioSettings
from channels.whatsapp.templates import Templates
from verbonden.commands import ROOT
from verbonden.doctor.findings import Finding, good, note, wrong

PATIENCE = aiohttp.ClientTimeout(total=10)

class Unreachable(Exception):
    """The provider does not answer as it should; the message says how."""


async def examine_twilio(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Ask the provider.

    Args:
        environment: the settings of the product.
    """
    try:
        settings = TwilioSettings.from_environment(environment, environment.get("VERBONDEN_PUBLIC_URL", ""))
    except ValueError as error:
        yield wrong("SMS and WhatsApp", f"{error}.", "Set it, or leave the account out.")
        return
    if settings is None:
        yield note("SMS and WhatsApp", "no account is set: these channels are off.", "See docs/sms-en-whatsapp.md.")
        return
    if settings.api_url and environment.get("VERBONDEN_DEMO", "1") != "1":
        yield wrong("SMS and WhatsApp", f"messages go to {settings.api_url}, not to the provider.", "Leave TWILIO_API_URL out.")
    async with aiohttp.ClientSession(timeout=PATIENCE, headers=_authorization(settings)) as http:
        asker = _Asker(http, settings)
        try:
            account = await _account(asker)
            yield account
            async for finding in _all(asker, environment):
                yield finding
        except Unreachable as problem:
            yield wrong("SMS and WhatsApp", f"{problem}.", "See docs/sms-en-whatsapp.md.")


def _authorization(settings: TwilioSettings) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(settings.account_sid, settings.auth_token)}


class _Asker:
    """Asks the provider; `settings` say where it is."""

    def __init__(self, http: aiohttp.ClientSession, settings: TwilioSettings) -> None:
        self._http, self.settings = http, settings

    async def get(self, host: str, path: str, **query: str) -> dict[str, Any]:
        """The JSON of a resource. Raises Unreachable."""
        base = self.settings.api_url or f"https://{host}.twilio.com"
        try:
            async with self._http.get(f"{base}{path}", params=query) as answer:
                body: dict[str, Any] = await answer.json()
                if answer.status == 401:
                    raise Unreachable("the provider refuses the account or the token")
                if answer.status == 404:
                    raise Unreachable(f"the provider does not know {path.rsplit('/', 1)[-1]}")
                if answer.status != 200:
                    raise Unreachable(f"the provider answers {answer.status} (error {body.get('code')})")
                return body
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(f"the provider can not be reached ({type(error).__name__})") from None


async def _all(asker: _Asker, environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    settings = asker.settings
    if not settings.sms_number and not settings.whatsapp_number:
        yield wrong("senders", "there is no number to send from.", "Set TWILIO_SMS_NUMBER or TWILIO_WHATSAPP_NUMBER.")
        return
    if settings.sms_number:
        async for finding in _sms(asker):
            yield finding
    if settings.whatsapp_number:
        yield await _whatsapp(asker)
        yield await _templates(asker, environment)
    yield await _our_webhook(settings)


async def _account(asker: _Asker) -> Finding:
    found = await asker.get("api", f"/2010-04-01/Accounts/{asker.settings.account_sid}.json")
    if found.get("status") != "active":
        return wrong("SMS and WhatsApp", f"the account is {found.get('status')}.", "See the console of the provider.")
    if found.get("type") == "Trial":
        return note("SMS and WhatsApp", "it is a trial account: it texts only numbers that were verified.", "Upgrade it.")
    fake = " of the demonstration (demo/twilio)" if asker.settings.api_url else ""
    return good("SMS and WhatsApp", f"the account{fake} answers and accepts us.")


async def _sms(asker: _Asker) -> AsyncIterator[Finding]:
    settings = asker.settings
    path = f"/2010-04-01/Accounts/{settings.account_sid}/IncomingPhoneNumbers.json"
    found = (await asker.get("api", path, PhoneNumber=settings.sms_number))["incoming_phone_numbers"]
    number = next((one for one in found if one["phone_number"] == settings.sms_number), None)
    if number is None:
        yield wrong("SMS number", "TWILIO_SMS_NUMBER is not in the account.", "Buy it, or correct the setting.")
        return
    if not number["capabilities"].get("sms"):
        yield wrong("SMS number", "it can not send SMS.", "Take a number with SMS.")
        return
    url = str(number["sms_url"] or "")
    if settings.service_sid:
        service = await asker.get("messaging", f"/v1/Services/{settings.service_sid}")
        senders = await asker.get("messaging", f"/v1/Services/{settings.service_sid}/PhoneNumbers", PageSize="1000")
        if settings.sms_number not in {one["phone_number"] for one in senders["phone_numbers"]}:
            yield wrong("Messaging Service", "the SMS number is not in it.", "Add it to its sender pool.")
        else:
            yield good("Messaging Service", "it has the SMS number.")
        if not service.get("use_inbound_webhook_on_number"):
            url = str(service.get("inbound_request_url") or "")
    yield _address("SMS number", url, settings)


async def _whatsapp(asker: _Asker) -> Finding:
    found = (await asker.get("messaging", "/v2/Channels/Senders", Channel="whatsapp", PageSize="100"))["senders"]
    wanted = f"whatsapp:{asker.settings.whatsapp_number}"
    sender = next((one for one in found if one["sender_id"] == wanted), None)
    if sender is None:
        return wrong("WhatsApp number", "TWILIO_WHATSAPP_NUMBER is no WhatsApp sender of the account.", "Register it as one.")
    if sender["status"] != "ONLINE":
        return wrong("WhatsApp number", f"the sender is {sender['status']}.", "See WhatsApp senders in the console.")
    return _address("WhatsApp number", str((sender.get("webhook") or {}).get("callback_url") or ""), asker.settings)


def _address(subject: str, url: str, settings: TwilioSettings) -> Finding:
    """Whether messages of citizens come to us."""
    wanted = f"{settings.public_url}{INBOUND_PATH}"
    if url.partition("#")[0] != wanted:
        found = "nowhere" if not url else f"to {url}"
        return wrong(subject, f"it is there, but messages of citizens go {found}.", f"Set its webhook to {wanted}{RETRIES}.")
    if not settings.api_url and urlsplit(wanted).scheme != "https":
        return wrong(subject, f"its webhook {wanted} is not https: what citizens write can be read on the way.",
                     "Set VERBONDEN_PUBLIC_URL to the https address.")
    if "#" not in url:
        return note(subject, "it is there, its webhook comes to us; while we restart, messages of citizens can be lost.",
                    f"Add {RETRIES} to the address, so that the provider tries again.")
    return good(subject, "it is there, and its webhook comes to us.")


async def _templates(asker: _Asker, environment: Mapping[str, str]) -> Finding:
    data = Path(environment.get("VERBONDEN_DATA") or ROOT / "data")
    templates = Templates(TwilioApi(asker.settings), data / "whatsapp" / "sjablonen.yaml")
    found: dict[str, str] = {}
    query = {"PageSize": "100"}
    while True:
        page = await asker.get("content", "/v1/ContentAndApprovals", **query)
        for one in page["contents"]:
            found[one["friendly_name"]] = str((one.get("approval_requests") or {}).get("status"))
        following = urlsplit(page["meta"]["next_page_url"] or "").query
        if not following:
            break
        query = dict(part.split("=", 1) for part in following.split("&"))
    missing = sorted(set(templates.wanted()) - set(found))
    make = "Run `python -m channels.whatsapp.templates`."
    if missing:
        return wrong("WhatsApp templates", f"{len(missing)} are missing: {', '.join(missing[:4])}.", make)
    states = {name: found[name] for name in templates.proactive if found[name] != "approved"}
    if states:
        told = ", ".join(f"{name} ({state})" for name, state in sorted(states.items()))
        return wrong("WhatsApp templates", f"not approved: {told}.", "Outside 24 hours nothing is sent until they are.")
    return good("WhatsApp templates", f"all {len(templates.wanted())} are there; those for outside 24 hours are approved.")


async def _our_webhook(settings: TwilioSettings) -> Finding:
    """Whether our own address answers, and refuses who does not sign."""
    url = f"{settings.public_url}{INBOUND_PATH}"
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            async with http.post(url, data={"MessageSid": "SM" + "0" * 32}) as answer:
                status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return wrong("webhook", f"{url} can not be reached.", "See VERBONDEN_PUBLIC_URL.")
    if status != 403:
        return wrong("webhook", f"{url} answers {status} to a request without a signature, not 403.", "See var/log/gateway.log.")
    return good("webhook", f"{url} answers, and refuses what is not signed.")
