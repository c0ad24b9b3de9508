"""`/v1/Content`: content templates, and their approval for WhatsApp."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp import web

from demo.twilio.endpoint import api, json_of, query_of
from demo.twilio.errors import refusal
from demo.twilio.paging import new_page
from demo.twilio.parameters import PAGING, unexpected
from demo.twilio.provider import PROVIDER, Provider, iso
from demo.twilio.store import Document
from demo.twilio.templates import SESSION_ONLY, check_template

REVIEW_SECONDS = 1.0
"""How long WhatsApp thinks about a template here; really minutes to a day."""

UNSUBMITTED = {"allow_category_change": None, "category": None, "content_type": None, "name": None, "rejection_reason": None,
               "status": "unsubmitted"}
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")


def add(app: web.Application) -> None:
    """Add the addresses."""
    one = "/v1/Content/{sid:HX[0-9a-f]{32}}"
    app.router.add_get("/v1/Content", api(list_templates))
    app.router.add_post("/v1/Content", api(make_template))
    app.router.add_get(one, api(fetch_template))
    app.router.add_delete(one, api(delete_template))
    app.router.add_get(one + "/ApprovalRequests", api(fetch_approval))
    app.router.add_post(one + "/ApprovalRequests/whatsapp", api(submit))
    app.router.add_get("/v1/ContentAndApprovals", api(list_with_approvals))


def resource(provider: Provider, sid: str, template: Document) -> Document:
    """A template as the API shows it."""
    url = f"{provider.base}/v1/Content/{sid}"
    return {
        "account_sid": provider.account.sid, "date_created": iso(template["created"]), "date_updated": iso(template["updated"]),
        "friendly_name": template["friendly_name"], "language": template["language"],
        "links": {"approval_create": f"{url}/ApprovalRequests/whatsapp", "approval_fetch": f"{url}/ApprovalRequests"},
        "sid": sid, "types": template["types"], "url": url, "variables": template["variables"],
    }


def _template(request: web.Request) -> tuple[Provider, str, Document]:
    provider, sid = request.app[PROVIDER], request.match_info["sid"]
    template = provider.store.kept("template", sid)
    if template is None:
        raise refusal(20404, request.path)
    return provider, sid, template


async def list_templates(request: web.Request) -> web.Response:
    """All templates."""
    provider = request.app[PROVIDER]
    items = [resource(provider, sid, template) for sid, template in provider.store.all_kept("template").items()]
    return web.json_response(new_page(f"{provider.base}/v1/Content", "contents", items, query_of(request, PAGING)))


async def list_with_approvals(request: web.Request) -> web.Response:
    """All templates with their approval."""
    provider = request.app[PROVIDER]
    items = [
        {**{name: value for name, value in resource(provider, sid, template).items() if name not in ("links", "url")},
         "approval_requests": template["approval"]}
        for sid, template in provider.store.all_kept("template").items()
    ]
    return web.json_response(new_page(f"{provider.base}/v1/ContentAndApprovals", "contents", items, query_of(request, PAGING)))


async def make_template(request: web.Request) -> web.Response:
    """Make a template; it is not approved yet."""
    provider = request.app[PROVIDER]
    checked, now, sid = check_template(await json_of(request)), provider.now(), provider.new_sid("HX")
    template = {**checked, "created": now, "updated": now, "approval": dict(UNSUBMITTED)}
    provider.store.keep("template", sid, template)
    return web.json_response(resource(provider, sid, template), status=201)


async def fetch_template(request: web.Request) -> web.Response:
    """One template."""
    return web.json_response(resource(*_template(request)))


async def delete_template(request: web.Request) -> web.Response:
    """Delete a template."""
    provider, sid, _ = _template(request)
    provider.store.forget("template", sid)
    return web.Response(status=204)


async def fetch_approval(request: web.Request) -> web.Response:
    """How far the approval is."""
    provider, sid, template = _template(request)
    return web.json_response({"sid": sid, "account_sid": provider.account.sid, "whatsapp": template["approval"],
                              "url": f"{provider.base}/v1/Content/{sid}/ApprovalRequests"})


async def submit(request: web.Request) -> web.Response:
    """Ask WhatsApp to approve a template: it does, unless the type never can be."""
    provider, sid, template = _template(request)
    given: Any = await json_of(request)
    if not isinstance(given, dict):
        raise refusal(20001, "the body must be a JSON object")
    if problem := unexpected(given, {"name", "category", "allow_category_change"}, "approval request"):
        raise problem
    if not re.fullmatch(r"[a-z0-9_]{1,512}", str(given.get("name", ""))):
        raise refusal(20001, "name must be of small letters, digits and _")
    if given.get("category") not in CATEGORIES:
        raise refusal(20001, f"category must be one of {', '.join(CATEGORIES)}")
    kind = next(iter(template["types"]))
    template["approval"] = {"allow_category_change": given.get("allow_category_change", True), "category": given["category"],
                            "content_type": kind, "name": given["name"], "rejection_reason": "", "status": "received"}
    provider.store.keep("template", sid, template)
    provider.spawn(_review(provider, sid))
    return web.json_response(template["approval"], status=201)


async def _review(provider: Provider, sid: str) -> None:
    await asyncio.sleep(REVIEW_SECONDS)
    template = provider.store.kept("template", sid)
    if template is None:
        return
    never = SESSION_ONLY & set(template["types"])
    template["approval"] |= {"status": "rejected", "rejection_reason": f"{', '.join(never)} can not be approved"} if never else {
        "status": "approved"}
    template["updated"] = provider.now()
    provider.store.keep("template", sid, template)
