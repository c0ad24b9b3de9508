"""The conversation as a file of the citizen's own: a page to read and print, or data. Texts are masked, as they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from loket.answers.dates import in_words
from loket.answers.texts import Texts

CLOCK = ZoneInfo("Europe/Amsterdam")
LOOK = (
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#14213d}"
    "h1{font-size:1.5rem;color:#123a78}h2{font-size:1rem;margin:1.5rem 0 .25rem}p,ul,ol{margin:0 0 .5rem;overflow-wrap:anywhere}"
    "article{break-inside:avoid;border-top:1px solid #c9d3e3}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""In the file itself: whatever is in it, nothing of it runs and nothing is fetched."""

STANDS = {"done": "verslag.stap_done", "current": "verslag.stap_current", "todo": "verslag.stap_todo"}
WIRE_ONLY = ("id", "delivery")


def as_json(messages: Iterable[dict[str, Any]], texts: Texts, now: datetime) -> str:
    """The messages as they are shown (docs/protocol.md), without what only the clients need."""
    body = {
        "title": texts.line("verslag.titel"),
        "made_at": now.isoformat(timespec="seconds"),
        "messages": [
            {
                **{name: value for name, value in message.items() if name not in WIRE_ONLY},
                "buttons": [button["title"] for button in message["buttons"]],
            }
            for message in messages
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def as_html(messages: Iterable[dict[str, Any]], texts: Texts, now: datetime) -> str:
    """A page that reads and prints well without any other file. Everything that was said is escaped."""
    title = escape(texts.line("verslag.titel"))
    made = escape(texts.line("verslag.gemaakt", datum=in_words(now.astimezone(CLOCK).date())))
    articles = "\n".join(_article(message, texts) for message in messages)
    return f"""<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{LOOK}</style>
</head>
<body>
<h1>{title}</h1>
<p>{made}</p>
{articles}
</body>
</html>
"""


def _article(message: dict[str, Any], texts: Texts) -> str:
    at = datetime.fromisoformat(message["at"]).astimezone(CLOCK)
    when = f'<time datetime="{escape(message["at"])}">{in_words(at.date())} {at:%H:%M}</time>'
    language = f' lang="{escape(message["language"])}"' if message["language"] else ""
    parts = [f"<p{language}>{_lines(message['text'])}</p>"]
    if message["card"]:
        parts.append(_card(message["card"], texts))
    ways = [f"{escape(phone['title'])}: {escape(phone['number'])}" for phone in message["phones"]]
    ways += [_link(link) for link in message["links"]]
    if ways:
        parts.append(f"<ul>{''.join(f'<li>{way}</li>' for way in ways)}</ul>")
    if message["buttons"]:
        titles = ", ".join(button["title"] for button in message["buttons"])
        parts.append(f"<p>{escape(texts.line('verslag.knoppen', titels=titles))}</p>")
    return f"<article><h2>{escape(_speaker(message, texts))}, {when}</h2>{''.join(parts)}</article>"


def _speaker(message: dict[str, Any], texts: Texts) -> str:
    if message["author"] == "citizen":
        return texts.line("verslag.u")
    if message["author"] == "human":
        if not message["organisation"]:
            return str(message["name"])
        return texts.line("verslag.mens", naam=message["name"], organisatie=message["organisation"])
    return texts.line("verslag.computer", naam=message["name"])


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _link(link: dict[str, str]) -> str:
    """A link, if it leads to a page of the web."""
    title, url = escape(link["title"]), escape(link["url"])
    return f'<a href="{url}" rel="noreferrer">{title}</a>' if urlsplit(link["url"]).scheme in ("http", "https") else title


def _card(card: dict[str, Any], texts: Texts) -> str:
    steps = "".join(f"<li>{escape(_step(step, texts))}</li>" for step in card["steps"])
    named = escape(texts.line("verslag.zaak", nummer=card["number"], titel=card["title"]))
    due = ""
    if card.get("due"):
        key = "verslag.te_laat" if card.get("late") else "verslag.beslissing"
        due = f"<p>{escape(texts.line(key, datum=in_words(date.fromisoformat(card['due'][:10]))))}</p>"
    return f"<p>{named}</p><ol>{steps}</ol>{due}"


def _step(step: dict[str, Any], texts: Texts) -> str:
    told = texts.line("verslag.stap", titel=step["title"], stand=texts.line(STANDS[step["state"]]))
    return f"{told}, {in_words(date.fromisoformat(step['at'][:10]))}" if step.get("at") else told
