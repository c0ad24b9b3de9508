"""`/2010-04-01/Accounts/{sid}/Messages`: make, fetch, list, redact, cancel and delete messages, and their files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiohttp import web

from demo.twilio.addresses import parse
from demo.twilio.creation import create, resource
from demo.twilio.endpoint import api, form_of, query_of
from demo.twilio.errors import refusal
from demo.twilio.lifecycle import Lifecycle, cancel, deletable
from demo.twilio.paging import old_page, page_of
from demo.twilio.parameters import CREATE_MESSAGE, LIST_MEDIA, LIST_MESSAGES, UPDATE_MESSAGE
from demo.twilio.provider import PROVIDER, rfc2822
from demo.twilio.store import Document

ROOT = "/2010-04-01/Accounts/{account}/Messages"
LIFECYCLE: web.AppKey[Lifecycle] = web.AppKey("lifecycle", Lifecycle)


def add(app: web.Application) -> None:
    """Add the addresses."""
    one = ROOT + "/{sid:(?:SM|MM)[0-9a-f]{32}}"
    app.router.add_post(ROOT + ".json", api(make))
    app.router.add_get(ROOT + ".json", api(find))
    app.router.add_get(one + ".json", api(fetch))
    app.router.add_post(one + ".json", api(update))
    app.router.add_delete(one + ".json", api(delete))
    app.router.add_get(one + "/Media.json", api(list_media))
    media = one + "/Media/{media:ME[0-9a-f]{32}}"
    app.router.add_get(media + ".json", api(fetch_media))
    app.router.add_delete(media + ".json", api(delete_media))
    app.router.add_get(media, api(locate_media))
    app.router.add_get("/cdn/{media:ME[0-9a-f]{32}}", download)


async def make(request: web.Request) -> web.Response:
    """Accept a message."""
    provider = request.app[PROVIDER]
    given = await form_of(request, CREATE_MESSAGE)
    message = create(provider, given)
    faults = provider.faults_for(parse(message["to"]).number)
    if provider.too_fast(message["private"]["sender"], faults.rest_per_second):
        raise refusal(20429)
    provider.store.put_message(message)
    provider.store.log(provider.now(), "message.accepted", sid=message["sid"], number=parse(message["to"]).number,
                       channel=parse(message["to"]).channel)
    request.app[LIFECYCLE].start(message)
    if provider.chance.hits(faults.rest_lost_answer):
        provider.store.log(provider.now(), "api.lost_answer", sid=message["sid"])
        if request.transport is not None:
            request.transport.abort()
    return web.json_response(resource(message), status=201)


async def find(request: web.Request) -> web.Response:
    """List messages by recipient, sender and day or moment; newest first.

    A message that was not sent yet counts under the moment on which it was made.
    """
    provider, given = request.app[PROVIDER], query_of(request, LIST_MESSAGES)
    to, sender = (str(parse(given[name][0])) if name in given else None for name in ("To", "From"))
    number, size = page_of(given)
    found = provider.store.messages(to, sender, _between(given), size + 1, number * size)
    path = f"/2010-04-01/Accounts/{provider.account.sid}/Messages.json"
    items = [resource(message) for message in found[:size]]
    return web.json_response(old_page(path, "messages", items, given, more=len(found) > size))


def _between(given: dict[str, list[str]]) -> tuple[float, float]:
    """Moments from the filters on `DateSent`; a date alone means that whole day."""
    low, high = 0.0, 9e18
    for name in ("DateSent", "DateSent<", "DateSent>"):
        if name not in given:
            continue
        text = given[name][0]
        moment = datetime.fromisoformat(text)
        begin = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        end = begin + (timedelta(days=1).total_seconds() if len(text) == 10 else 1)
        low = begin if name != "DateSent<" else low
        high = end if name != "DateSent>" else high
    return low, high


def _message(request: web.Request) -> Document:
    message = request.app[PROVIDER].store.message(request.match_info["sid"])
    if message is None:
        raise refusal(20404, request.path)
    return message


async def fetch(request: web.Request) -> web.Response:
    """One message."""
    query_of(request, {})
    return web.json_response(resource(_message(request)))


async def update(request: web.Request) -> web.Response:
    """Redact a message (an empty Body), or cancel a scheduled one."""
    provider, given, message = request.app[PROVIDER], await form_of(request, UPDATE_MESSAGE), _message(request)
    if "Status" in given and not cancel(provider, message):
        raise refusal(30409)
    if "Body" in given:
        if given["Body"][0]:
            raise refusal(20001, "Body can only be made empty")
        if not deletable(message):
            raise refusal(20009)
        message["body"], message["updated"] = "", provider.now()
        if message["private"].get("shown"):
            message["private"]["shown"] = None
        provider.store.put_message(message)
    return web.json_response(resource(message))


async def delete(request: web.Request) -> web.Response:
    """Delete a message that is no longer under way, with its files."""
    provider, message = request.app[PROVIDER], _message(request)
    if not deletable(message):
        raise refusal(20009)
    provider.store.delete_message(message["sid"])
    return web.Response(status=204)


def _media(request: web.Request) -> Document:
    message = _message(request)
    wanted = request.match_info["media"]
    found = next((media for media in request.app[PROVIDER].store.media(message["sid"]) if media["sid"] == wanted), None)
    if found is None:
        raise refusal(20404, request.path)
    return found


def _media_resource(account: str, media: Document) -> Document:
    return {
        "account_sid": account, "content_type": media["kind"], "date_created": rfc2822(media["at"]),
        "date_updated": rfc2822(media["at"]), "parent_sid": media["message"], "sid": media["sid"],
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{media['message']}/Media/{media['sid']}.json",
    }


async def list_media(request: web.Request) -> web.Response:
    """The files of a message."""
    provider, given, message = request.app[PROVIDER], query_of(request, LIST_MEDIA), _message(request)
    number, size = page_of(given)
    items = [_media_resource(provider.account.sid, media) for media in provider.store.media(message["sid"])]
    path = f"/2010-04-01/Accounts/{provider.account.sid}/Messages/{message['sid']}/Media.json"
    more = len(items) > (number + 1) * size
    return web.json_response(old_page(path, "media_list", items[number * size:(number + 1) * size], given, more=more))


async def fetch_media(request: web.Request) -> web.Response:
    """What is known of a file."""
    return web.json_response(_media_resource(request.app[PROVIDER].account.sid, _media(request)))


async def delete_media(request: web.Request) -> web.Response:
    """Delete a file."""
    request.app[PROVIDER].store.delete_media(_media(request)["sid"])
    return web.Response(status=204)


async def locate_media(request: web.Request) -> web.Response:
    """Where the file itself is: elsewhere, without credentials, as with the real one."""
    return web.Response(status=307, headers={"Location": f"{request.app[PROVIDER].base}/cdn/{_media(request)['sid']}"})


async def download(request: web.Request) -> web.Response:
    """The file itself."""
    store = request.app[PROVIDER].store
    content, sid = store.content(request.match_info["media"]), request.match_info["media"]
    if content is None:
        raise web.HTTPNotFound
    kind = store.media_kind(sid)
    return web.Response(body=content, headers={
        "Content-Type": kind, "Content-Disposition": "inline", "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    })
