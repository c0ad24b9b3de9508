"""The account itself, its numbers, its Messaging Service, and its WhatsApp sender."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from demo.twilio.account import derived_sid
from demo.twilio.endpoint import api, form_of, query_of
from demo.twilio.errors import refusal
from demo.twilio.paging import new_page, old_page, page_of
from demo.twilio.parameters import LIST_NUMBERS, LIST_SENDERS, PAGING, UPDATE_NUMBER, is_url
from demo.twilio.provider import PROVIDER, Provider, iso, rfc2822

OLD = "/2010-04-01/Accounts"
BEGIN = 1_704_067_200.0
"""When the account was made: 1 January 2024."""


def add(app: web.Application) -> None:
    """Add the addresses."""
    app.router.add_get(OLD + "/{account:AC[0-9a-f]{32}}.json", api(fetch_account))
    numbers = OLD + "/{account}/IncomingPhoneNumbers"
    app.router.add_get(numbers + ".json", api(list_numbers))
    app.router.add_get(numbers + "/{sid:PN[0-9a-f]{32}}.json", api(fetch_number))
    app.router.add_post(numbers + "/{sid:PN[0-9a-f]{32}}.json", api(update_number))
    service = "/v1/Services/{sid:MG[0-9a-f]{32}}"
    app.router.add_get("/v1/Services", api(list_services))
    app.router.add_get(service, api(fetch_service))
    app.router.add_get(service + "/PhoneNumbers", api(list_service_numbers))
    app.router.add_get(service + "/ChannelSenders", api(list_service_senders))
    app.router.add_get("/v2/Channels/Senders", api(list_senders))
    app.router.add_get("/v2/Channels/Senders/{sid:XE[0-9a-f]{32}}", api(fetch_sender))


async def fetch_account(request: web.Request) -> web.Response:
    """The account."""
    sid = request.app[PROVIDER].account.sid
    uri = f"{OLD}/{sid}"
    return web.json_response({
        "auth_token": None, "date_created": rfc2822(BEGIN), "date_updated": rfc2822(BEGIN), "friendly_name": "Verbonden (demo)",
        "owner_account_sid": sid, "sid": sid, "status": "active", "type": "Full", "uri": f"{uri}.json",
        "subresource_uris": {"messages": f"{uri}/Messages.json", "incoming_phone_numbers": f"{uri}/IncomingPhoneNumbers.json"},
    })


def _numbers(provider: Provider) -> list[dict[str, Any]]:
    account = provider.account
    if not account.sms:
        return []
    hook = provider.store.kept("webhook", "sms") or {}
    sid = account.number_sid
    return [{
        "account_sid": account.sid, "address_requirements": "none", "address_sid": None, "api_version": "2010-04-01",
        "beta": False, "bundle_sid": None, "capabilities": {"fax": False, "mms": False, "sms": True, "voice": True},
        "date_created": rfc2822(BEGIN), "date_updated": rfc2822(BEGIN), "emergency_address_sid": None,
        "emergency_address_status": "unregistered", "emergency_status": "Inactive", "friendly_name": account.sms,
        "identity_sid": None, "origin": "twilio", "phone_number": account.sms, "sid": sid, "sms_application_sid": "",
        "sms_fallback_method": "POST", "sms_fallback_url": hook.get("fallback", ""), "sms_method": "POST",
        "sms_url": hook.get("url", ""), "status": "in-use", "status_callback": "", "status_callback_method": "POST",
        "subresource_uris": {}, "trunk_sid": None, "type": "mobile",
        "uri": f"{OLD}/{account.sid}/IncomingPhoneNumbers/{sid}.json",
        "voice_application_sid": None, "voice_caller_id_lookup": False, "voice_fallback_method": "POST", "voice_fallback_url": "",
        "voice_method": "POST", "voice_receive_mode": "voice", "voice_url": "",
    }]


async def list_numbers(request: web.Request) -> web.Response:
    """The numbers of the account."""
    provider, given = request.app[PROVIDER], query_of(request, LIST_NUMBERS)
    wanted = given.get("PhoneNumber", [""])[0]
    items = [number for number in _numbers(provider) if not wanted or wanted.strip("*") in number["phone_number"]]
    number, size = page_of(given)
    path = f"{OLD}/{provider.account.sid}/IncomingPhoneNumbers.json"
    more = len(items) > (number + 1) * size
    shown = items[number * size:(number + 1) * size]
    return web.json_response(old_page(path, "incoming_phone_numbers", shown, given, more=more))


def _number(request: web.Request) -> dict[str, Any]:
    found = next((item for item in _numbers(request.app[PROVIDER]) if item["sid"] == request.match_info["sid"]), None)
    if found is None:
        raise refusal(20404, request.path)
    return found


async def fetch_number(request: web.Request) -> web.Response:
    """One number."""
    return web.json_response(_number(request))


async def update_number(request: web.Request) -> web.Response:
    """Change where inbound SMS goes. Other settings of a number play no part here, so changing them is refused."""
    provider, given = request.app[PROVIDER], await form_of(request, UPDATE_NUMBER)
    _number(request)
    hook = dict(provider.store.kept("webhook", "sms") or {})
    for name, values in given.items():
        if name in ("SmsUrl", "SmsFallbackUrl"):
            if not is_url(values[0]):
                raise refusal(20001, f"{name} is not a valid URL")
            hook["url" if name == "SmsUrl" else "fallback"] = values[0]
        elif name in ("SmsMethod", "SmsFallbackMethod"):
            if values[0] != "POST":
                raise refusal(20001, f"{name} GET is not supported by the fake")
        else:
            raise refusal(20001, f"{name} can not be changed in the fake")
    provider.store.keep("webhook", "sms", hook)
    return web.json_response(_number(request))


def _service(provider: Provider) -> dict[str, Any]:
    account, url = provider.account, f"{provider.base}/v1/Services/{provider.account.service}"
    hook = provider.store.kept("webhook", "sms") or {}
    return {
        "account_sid": account.sid, "area_code_geomatch": False, "date_created": iso(BEGIN), "date_updated": iso(BEGIN),
        "fallback_method": "POST", "fallback_to_long_code": False, "fallback_url": hook.get("fallback") or None,
        "friendly_name": "Verbonden", "inbound_method": "POST", "inbound_request_url": hook.get("url") or None,
        "links": {"phone_numbers": f"{url}/PhoneNumbers", "channel_senders": f"{url}/ChannelSenders"}, "mms_converter": False,
        "scan_message_content": "inherit", "sid": account.service, "smart_encoding": False, "status_callback": None,
        "sticky_sender": True, "synchronous_validation": False, "url": url, "us_app_to_person_registered": False,
        "use_inbound_webhook_on_number": True, "usecase": "notifications", "validity_period": 36000,
    }


async def list_services(request: web.Request) -> web.Response:
    """The Messaging Services: one or none."""
    provider = request.app[PROVIDER]
    items = [_service(provider)] if provider.account.service else []
    return web.json_response(new_page(f"{provider.base}/v1/Services", "services", items, query_of(request, PAGING)))


def _known_service(request: web.Request) -> Provider:
    provider = request.app[PROVIDER]
    if not provider.account.service or request.match_info["sid"] != provider.account.service:
        raise refusal(20404, request.path)
    return provider


async def fetch_service(request: web.Request) -> web.Response:
    """The Messaging Service."""
    return web.json_response(_service(_known_service(request)))


async def list_service_numbers(request: web.Request) -> web.Response:
    """The numbers in it."""
    provider = _known_service(request)
    url = f"{provider.base}/v1/Services/{provider.account.service}/PhoneNumbers"
    items = [{
        "account_sid": provider.account.sid, "capabilities": ["SMS", "Voice"], "country_code": "NL", "date_created": iso(BEGIN),
        "date_updated": iso(BEGIN), "phone_number": number["phone_number"], "service_sid": provider.account.service,
        "sid": number["sid"], "url": f"{url}/{number['sid']}",
    } for number in _numbers(provider)]
    return web.json_response(new_page(url, "phone_numbers", items, query_of(request, PAGING)))


async def list_service_senders(request: web.Request) -> web.Response:
    """The WhatsApp sender in it."""
    provider = _known_service(request)
    url = f"{provider.base}/v1/Services/{provider.account.service}/ChannelSenders"
    sid = provider.account.sender_sid
    items = [{
        "account_sid": provider.account.sid, "country_code": "NL", "date_created": iso(BEGIN), "date_updated": iso(BEGIN),
        "messaging_service_sid": provider.account.service, "sender": f"whatsapp:{provider.account.whatsapp}",
        "sender_type": "whatsapp", "sid": sid, "url": f"{url}/{sid}",
    }] if provider.account.whatsapp else []
    return web.json_response(new_page(url, "senders", items, query_of(request, PAGING)))


def _senders(provider: Provider) -> list[dict[str, Any]]:
    account = provider.account
    if not account.whatsapp:
        return []
    hook = provider.store.kept("webhook", "whatsapp") or {}
    return [{
        "compliance": None,
        "configuration": {"waba_id": derived_sid("", account.sid)[:15], "verification_method": None, "verification_code": None,
                          "voice_application_sid": None, "account_type": None},
        "display_name_status": None, "friendly_name": "Verbonden", "offline_reasons": None, "pending_display_name": None,
        "pending_display_name_status": None, "pending_display_name_status_date": None,
        "profile": {"name": "Verbonden", "about": None, "address": None, "description": None, "emails": [], "logo_url": None,
                    "vertical": "Public Service", "websites": []},
        "properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
        "sender_id": f"whatsapp:{account.whatsapp}", "sid": account.sender_sid, "status": "ONLINE",
        "url": f"{provider.base}/v2/Channels/Senders/{account.sender_sid}",
        "webhook": {"callback_url": hook.get("url"), "callback_method": "POST", "fallback_url": hook.get("fallback"),
                    "fallback_method": "POST", "status_callback_url": None, "status_callback_method": "POST"},
    }]


async def list_senders(request: web.Request) -> web.Response:
    """The WhatsApp senders."""
    provider, given = request.app[PROVIDER], query_of(request, LIST_SENDERS)
    items = [] if given.get("Channel", [""])[0] == "rcs" else _senders(provider)
    return web.json_response(new_page(f"{provider.base}/v2/Channels/Senders", "senders", items, given))


async def fetch_sender(request: web.Request) -> web.Response:
    """One sender."""
    found = next((item for item in _senders(request.app[PROVIDER]) if item["sid"] == request.match_info["sid"]), None)
    if found is None:
        raise refusal(20404, request.path)
    return web.json_response(found)
