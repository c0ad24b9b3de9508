"""Content templates: texts with variables, quick replies and lists, and whether WhatsApp approved them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.twilio.errors import refusal
from demo.twilio.parameters import unexpected
from demo.twilio.store import Document

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
BODY_LENGTH = 1024
"""Characters of the text of a message with buttons or a list (WhatsApp Business Platform, interactive messages)."""

TYPES: Mapping[str, set[str]] = {
    "twilio/text": {"body"},
    "twilio/media": {"body", "media"},
    "twilio/location": {"latitude", "longitude", "label", "address", "id"},
    "twilio/quick-reply": {"body", "actions"},
    "twilio/list-picker": {"body", "button", "items"},
    "twilio/call-to-action": {"body", "actions"},
    "twilio/card": {"title", "subtitle", "body", "media", "actions"},
    "whatsapp/card": {"header_text", "body", "footer", "media", "actions"},
}
"""Content types in use, with their members (https://www.twilio.com/docs/content/content-types-overview)."""

SESSION_ONLY = {"twilio/list-picker", "twilio/location"}
"""Types that WhatsApp never approves for use outside the window."""

MEMBERS = {"friendly_name", "language", "variables", "types"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A template with its variables filled in, as the citizen sees it.

    Attributes:
        body: the text.
        buttons: quick replies: `id` and `title`.
        links: web addresses and telephone numbers to press: `title` and `to`.
        menu: words that open the list; empty without one.
        items: of the list: `id`, `item`, `description`.
        media: addresses of files.
        problem: why WhatsApp refuses it (a code), or 0.
    """

    body: str
    buttons: tuple[Document, ...] = ()
    links: tuple[Document, ...] = ()
    menu: str = ""
    items: tuple[Document, ...] = ()
    media: tuple[str, ...] = ()
    problem: int = 0


def check_template(given: Any) -> Document:
    """The members of a new template.

    Raises:
        Refusal: 20001: something is missing, unknown, or of the wrong kind.
    """
    if not isinstance(given, dict):
        raise refusal(20001, "the body must be a JSON object")
    if problem := unexpected(given, MEMBERS, "content"):
        raise problem
    types, language = given.get("types"), given.get("language")
    if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", language):
        raise refusal(20001, "language must be a code like nl")
    if not isinstance(types, dict) or not types:
        raise refusal(20001, "types must hold at least one content type")
    variables = given.get("variables") or {}
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise refusal(20001, "variables must be texts by name")
    for kind, content in types.items():
        if kind not in TYPES or not isinstance(content, dict):
            raise refusal(20001, f"{kind} is no content type")
        if problem := unexpected(content, TYPES[kind], kind):
            raise problem
        _check_type(kind, content)
    return {"friendly_name": given.get("friendly_name"), "language": language, "variables": variables, "types": types}


def _check_type(kind: str, content: Document) -> None:
    if kind not in ("twilio/location", "twilio/card", "twilio/media") and not content.get("body"):
        raise refusal(20001, f"{kind} needs a body")
    if kind == "twilio/quick-reply":
        actions = content.get("actions")
        if not isinstance(actions, list) or not 1 <= len(actions) <= 10:
            raise refusal(20001, f"{kind} needs 1 to 10 actions")
        if not all(isinstance(action, dict) and {"title", "id"} <= set(action) <= {"title", "id", "type"} for action in actions):
            raise refusal(20001, f"each action of {kind} has a title and an id")
    if kind == "twilio/list-picker":
        items = content.get("items")
        if not content.get("button") or not isinstance(items, list) or not 1 <= len(items) <= 10:
            raise refusal(20001, f"{kind} needs a button and 1 to 10 items")
        if not all(isinstance(item, dict) and {"item", "id"} <= set(item) <= {"item", "id", "description"} for item in items):
            raise refusal(20001, f"each item of {kind} has an item and an id")


def show(template: Document, given: Mapping[str, str], channel: str) -> Shown:
    """Fill a template in for a channel; SMS takes its text only."""
    values = {**template["variables"], **given}
    missing = False

    def fill(text: Any) -> str:
        def value(found: re.Match[str]) -> str:
            nonlocal missing
            missing = missing or found[1] not in values
            return str(values.get(found[1], ""))

        return VARIABLE.sub(value, str(text or ""))

    types: Document = template["types"]
    kind = next((name for name in types if name != "twilio/text"), "twilio/text")
    if channel == "sms":
        kind = "twilio/text" if "twilio/text" in types else kind
    content: Document = types[kind]
    body = fill(content.get("body") or content.get("title"))
    if channel == "sms":
        return Shown(body, problem=63028 if missing else 0)
    actions = content.get("actions") or []
    buttons = tuple({"id": fill(action["id"]), "title": fill(action["title"])} for action in actions if "id" in action)
    links = tuple({"title": fill(action.get("title")), "to": fill(action.get("url") or action.get("phone"))}
                  for action in actions if "url" in action or "phone" in action)
    items = tuple({"id": fill(item["id"]), "item": fill(item["item"]), "description": fill(item.get("description"))}
                  for item in content.get("items") or [])
    media = tuple(fill(url) for url in content.get("media") or [])
    shown = Shown(body, buttons, links, fill(content.get("button")), items, media)
    problem = 63028 if missing else _limits(shown, kind)
    return Shown(shown.body, shown.buttons, shown.links, shown.menu, shown.items, shown.media, problem)


def _limits(shown: Shown, kind: str) -> int:
    """63005 when WhatsApp would refuse it: too long, empty, or the same twice."""
    titles = [button["title"] for button in shown.buttons] + [item["item"] for item in shown.items]
    ids = [button["id"] for button in shown.buttons] + [item["id"] for item in shown.items]
    interactive = kind in ("twilio/quick-reply", "twilio/list-picker")
    wrong = (
        (interactive and not 0 < len(shown.body) <= BODY_LENGTH)
        or len(shown.buttons) > 3
        or any(not 0 < len(button["title"]) <= 20 for button in shown.buttons)
        or any(not 0 < len(item["item"]) <= 24 or len(item["description"]) > 72 for item in shown.items)
        or len(shown.menu) > 20
        or len(set(titles)) < len(titles)
        or len(set(ids)) < len(ids)
        or any(not 0 < len(name) <= 256 for name in ids)
    )
    return 63005 if wrong else 0


def approved(template: Document) -> bool:
    """Whether it may be sent outside the window."""
    return bool(template["approval"]["status"] == "approved")
