"""The control of the fake: what is no part of Twilio. Text as a citizen, turn knobs, read the log.

Everything is JSON under `/fake/`. The page of the phone uses it, and so do tests.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from demo.twilio import optout
from demo.twilio.addresses import Address, parse
from demo.twilio.creation import resource
from demo.twilio.events import EVENTS
from demo.twilio.faults import Chance, Faults, WrongFault, changed
from demo.twilio.inbound import File, Inbound, NoSender, Reception
from demo.twilio.provider import PROVIDER, Provider
from demo.twilio.store import Document

RECEPTION: web.AppKey[Reception] = web.AppKey("reception", Reception)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MAX_FILE = 16 * 1024 * 1024
MEMBERS = {"channel", "from", "text", "files", "name", "button", "item", "reply_to", "location", "forwarded"}


class Wrong(ValueError):
    """What is asked can not be done; the message says why."""


def add(app: web.Application) -> None:
    """Add the addresses."""
    for method, path, handler in (
        ("POST", "/fake/inbound", send),
        ("GET", "/fake/faults", get_faults), ("PUT", "/fake/faults", put_faults), ("PATCH", "/fake/faults", patch_faults),
        ("GET", "/fake/faults/{number}", get_faults), ("PUT", "/fake/faults/{number}", put_faults),
        ("PATCH", "/fake/faults/{number}", patch_faults),
        ("GET", "/fake/numbers/{number}", get_number), ("PATCH", "/fake/numbers/{number}", patch_number),
        ("GET", "/fake/settings", get_settings), ("PATCH", "/fake/settings", patch_settings),
        ("GET", "/fake/thread", thread), ("GET", "/fake/messages", messages), ("GET", "/fake/log", log),
        ("POST", "/fake/reset", reset),
    ):
        app.router.add_route(method, path, guarded(handler))


def guarded(handler: Handler) -> Handler:
    """Only for our own page and for programs: another page in the same browser may not press knobs."""

    async def call(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            return web.json_response({"error": "another page may not do this"}, status=403)
        if request.method != "GET" and request.content_type != "application/json":
            return web.json_response({"error": "send JSON"}, status=415)
        try:
            return await handler(request)
        except (Wrong, WrongFault, NoSender) as wrong:
            return web.json_response({"error": str(wrong)}, status=400)

    return call


async def _json(request: web.Request) -> Document:
    try:
        given = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Wrong("the body is not JSON") from None
    if not isinstance(given, dict):
        raise Wrong("the body must be an object")
    return given


def _phone(text: Any) -> str:
    address = parse(str(text))
    if not (address.is_phone or address.is_short_code):
        raise Wrong(f"{text!r} is no telephone number")
    return address.number


def inbound_of(given: Document) -> Inbound:
    """What a citizen sends, from JSON.

    Raises:
        Wrong: a member is unknown or has the wrong form.
    """
    if extra := set(given) - MEMBERS:
        raise Wrong(f"unknown: {', '.join(sorted(extra))}")
    if given.get("channel") not in ("sms", "whatsapp"):
        raise Wrong("channel must be sms or whatsapp")
    item, location = given.get("item"), given.get("location")
    if item is not None and not (isinstance(item, dict) and set(item) == {"id", "title"}):
        raise Wrong("item needs id and title")
    if location is not None and not (isinstance(location, dict) and {"latitude", "longitude"} <= set(location)):
        raise Wrong("location needs latitude and longitude")
    found = Inbound(
        citizen=Address(given["channel"], _phone(given.get("from", ""))),
        text=str(given.get("text", "")),
        files=tuple(_file(file) for file in given.get("files", ())),
        name=str(given.get("name", "")),
        button=str(given.get("button", "")),
        item=(str(item["id"]), str(item["title"])) if item else None,
        reply_to=str(given.get("reply_to", "")),
        location=(float(location["latitude"]), float(location["longitude"]), str(location.get("label", "")),
                  str(location.get("address", ""))) if location else None,
        forwarded=bool(given.get("forwarded")),
    )
    if given["channel"] == "sms" and (found.button or found.item or found.location):
        raise Wrong("SMS has no buttons, lists or locations")
    if not (found.text or found.files or found.location):
        raise Wrong("there is nothing to send")
    return found


def _file(given: Any) -> File:
    if not isinstance(given, dict) or not {"type", "content"} <= set(given) <= {"type", "name", "content"}:
        raise Wrong("a file needs type and content (base64)")
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Wrong("the content of a file must be base64") from None
    if not 0 < len(content) <= MAX_FILE:
        raise Wrong("a file is 1 byte to 16 MB")
    return File(str(given["type"]), str(given.get("name", "")), content)


async def send(request: web.Request) -> web.Response:
    """Text as a citizen; answers at once, the webhook is called beside."""
    message = request.app[RECEPTION].receive(inbound_of(await _json(request)))
    return web.json_response({"sid": message["sid"]}, status=201)


def _whose(request: web.Request) -> str:
    return _phone(request.match_info["number"]) if "number" in request.match_info else "all"


def _faults_shown(provider: Provider, whose: str) -> Document:
    kept = provider.store.kept("faults", whose) or {}
    effective = provider.faults if whose == "all" else provider.faults_for(whose)
    return {"set": kept, "effective": asdict(effective)}


async def get_faults(request: web.Request) -> web.Response:
    """What is set, and what counts in the end."""
    return web.json_response(_faults_shown(request.app[PROVIDER], _whose(request)))


async def put_faults(request: web.Request) -> web.Response:
    """Set these and no others; `seed` begins the chances anew."""
    return await _write_faults(request, {})


async def patch_faults(request: web.Request) -> web.Response:
    """Set these beside what was set."""
    return await _write_faults(request, request.app[PROVIDER].store.kept("faults", _whose(request)) or {})


async def _write_faults(request: web.Request, before: Document) -> web.Response:
    provider, whose, given = request.app[PROVIDER], _whose(request), await _json(request)
    if "seed" in given:
        seed = given.pop("seed")
        if not isinstance(seed, int):
            raise Wrong("seed must be a whole number")
        provider.chance = Chance(seed)
    wanted = {**before, **given}
    changed(Faults(), wanted)
    provider.store.keep("faults", whose, wanted)
    provider.store.log(provider.now(), "faults", whose=whose, set=wanted)
    return web.json_response(_faults_shown(provider, whose))


def _number_shown(provider: Provider, number: str) -> Document:
    shown: Document = {"number": number, "landline": parse(number).is_landline}
    for ours in provider.account.senders:
        citizen = Address(ours.channel, number)
        shown[ours.channel] = {"opted_out": provider.opted_out(citizen, ours)}
        if ours.channel == "whatsapp":
            shown["whatsapp"]["window_until"] = provider.window_until(citizen)
    return shown


async def get_number(request: web.Request) -> web.Response:
    """Opt-outs and the window of a number."""
    return web.json_response(_number_shown(request.app[PROVIDER], _whose(request)))


async def patch_number(request: web.Request) -> web.Response:
    """`opted_out` true or false (SMS and WhatsApp), `last_inbound_hours` ago: how long the citizen was silent on WhatsApp."""
    provider, number, given = request.app[PROVIDER], _whose(request), await _json(request)
    if extra := set(given) - {"opted_out", "last_inbound_hours"}:
        raise Wrong(f"unknown: {', '.join(sorted(extra))}")
    for ours in provider.account.senders:
        citizen = Address(ours.channel, number)
        if given.get("opted_out") is True:
            provider.store.keep("opted_out", f"{citizen} {ours}", provider.now())
        elif given.get("opted_out") is False:
            provider.store.forget("opted_out", f"{citizen} {ours}")
    if "last_inbound_hours" in given:
        hours = given["last_inbound_hours"]
        if not isinstance(hours, int | float) or hours < 0:
            raise Wrong("last_inbound_hours must be a number of hours")
        provider.store.keep("last_inbound", f"whatsapp:{number}", provider.now() - hours * 3600)
    return web.json_response(_number_shown(provider, number))


def _settings(provider: Provider) -> Document:
    account = provider.account
    return {"opt_out": optout.mode_of(provider), "sms": account.sms, "whatsapp": account.whatsapp, "service": account.service,
            "webhook": {channel: provider.store.kept("webhook", channel) or {} for channel in ("sms", "whatsapp")}}


async def get_settings(request: web.Request) -> web.Response:
    """The senders, their webhooks, and how opt-outs are handled."""
    return web.json_response(_settings(request.app[PROVIDER]))


async def patch_settings(request: web.Request) -> web.Response:
    """`opt_out`: one of optout.MODES; `webhook`: `{"sms": {"url", "fallback"}}`, as one would set in the console."""
    provider, given = request.app[PROVIDER], await _json(request)
    if extra := set(given) - {"opt_out", "webhook"}:
        raise Wrong(f"unknown: {', '.join(sorted(extra))}")
    if "opt_out" in given:
        if given["opt_out"] not in optout.MODES:
            raise Wrong(f"opt_out must be one of {', '.join(optout.MODES)}")
        provider.store.keep("setting", "opt_out", given["opt_out"])
    for channel, hook in (given.get("webhook") or {}).items():
        if channel not in ("sms", "whatsapp") or not isinstance(hook, dict) or set(hook) - {"url", "fallback"}:
            raise Wrong("webhook must be like {\"sms\": {\"url\": …}}")
        provider.store.keep("webhook", channel, {name: str(url) for name, url in hook.items()})
    return web.json_response(_settings(provider))


def shown(provider: Provider, message: Document) -> Document:
    """A message as the phone shows it."""
    private = message["private"]
    return {
        "sid": message["sid"], "from_citizen": message["direction"] == "inbound", "text": message["body"],
        "at": message["created"],
        "status": message["status"], "code": message["error_code"], "segments": int(message["num_segments"]),
        "delivered": private.get("delivered"), "shown": private.get("shown"), "location": private.get("location"),
        "reply_to": private.get("reply_to", ""),
        "files": [{"sid": file["sid"], "type": file["kind"], "name": file["name"]}
                  for file in provider.store.media(message["sid"])],
    }


async def thread(request: web.Request) -> web.Response:
    """All messages between a citizen (`number`, `channel`) and us, oldest first."""
    provider = request.app[PROVIDER]
    channel, number = request.query.get("channel", "sms"), _phone(request.query.get("number", ""))
    ours = provider.account.sender_for(channel)
    if ours is None:
        raise NoSender(channel)
    found = provider.store.thread(str(Address(channel, number)), str(ours))
    return web.json_response({"messages": [shown(provider, message) for message in found],
                              "number": _number_shown(provider, number)})


async def messages(request: web.Request) -> web.Response:
    """All messages as the API shows them, oldest first, with the address that is told of their states; for checkers."""
    provider = request.app[PROVIDER]
    found = provider.store.messages(limit=100_000)
    items = [{**resource(message), "created": message["created"],
              "callback": message["private"].get("callback", "")} for message in reversed(found)]
    return web.json_response({"messages": items})


async def log(request: web.Request) -> web.StreamResponse:
    """What happened, from `after` on, at most 10,000 events; with `Accept: text/event-stream` as it happens."""
    provider = request.app[PROVIDER]
    after = request.query.get("after", "0")
    if not after.isdigit():
        raise Wrong("after must be a number")
    if "text/event-stream" in request.headers.get("Accept", ""):
        return await _stream(request)
    return web.json_response({"events": provider.store.events(int(after), 10_000)})


async def _stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    async for event in request.app[EVENTS].listen():
        data = b": still here\n\n" if event is None else f"id: {event['id']}\ndata: {json.dumps(event)}\n\n".encode()
        await response.write(data)
    return response


async def reset(request: web.Request) -> web.Response:
    """Forget everything but the templates and where the webhooks go."""
    provider = request.app[PROVIDER]
    hooks = provider.store.all_kept("webhook")
    provider.store.clear()
    for channel, hook in hooks.items():
        provider.store.keep("webhook", channel, hook)
    return web.json_response({})


