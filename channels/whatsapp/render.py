"""What a WhatsApp message looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from channels.choices import CUT, numbered
from loket.store.schema import Message

MAX_BODY = 1600
"""Characters of one message at the provider (error 21617)."""

QUICK, QUICK_TITLE = 3, 20
"""Quick replies within the window, and characters of each (Twilio Content API, twilio/quick-reply)."""

LIST, LIST_TITLE, LIST_LINE = 10, 24, 72
"""Lines of a list, characters of each, and of the smaller line below it (twilio/list-picker)."""

BUTTONS, PLAIN, DESCRIBED = "verbonden_knoppen_", "verbonden_lijst_", "verbonden_keuzelijst_"
"""Names of the templates, followed by how many choices they have: buttons, a list, and a list with a smaller line below each."""

_LOOSE = frozenset("de het een van voor of en in uit naar bij op met uw als u om te".split())
"""Words with which a shortened title does not end."""

MAX_ID = 200
VARIABLE = 255
"""Characters of the value of one variable (Twilio, Using Variables with Content Templates); it may have no line breaks."""

_BREAK = re.compile(r"\n\s*\n|\n|(?<=[.!?]) ")


@dataclass(frozen=True)
class Part:
    """One message for the provider: a text, or a template by name with its variables; `body` is then what it will read like.

    `choices`: whether it carries the buttons or the list. It may then have gone in another form when it was tried before.
    """

    body: str
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    choices: bool = False


def text_of(message: Message) -> str:
    """The whole text: what is shown apart on the web stands below it here."""
    content = message.content or {}
    lines = [message.text]
    phones = [(phone["title"], phone["number"]) for phone in content.get("phones", [])]
    links = [(link["title"], link["url"]) for link in content.get("links", [])]
    lines += [f"{title}: {value}" for title, value in (*phones, *links) if value not in message.text]
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Words:
    """Words around choices (data/whatsapp/sjablonen.yaml).

    Attributes:
        kies: stands above choices that come in a message of their own.
        menu: on the button that opens a list.
        uitleg: below the line of a list with this payload; `""` for every other one that is short enough to stand whole.
    """

    kies: str
    menu: str
    uitleg: Mapping[str, str]

    def below(self, choice: Mapping[str, Any]) -> str:
        """The smaller line: the whole title of what was shortened, else what the choice leads to."""
        if len(choice["title"]) > LIST_TITLE:
            return str(choice["title"])
        return self.uitleg.get(choice["payload"]) or self.uitleg[""]


def parts(message: Message, templates: Mapping[str, str], words: Words) -> list[Part]:
    """What to send. How many parts it is follows from the message alone: a process that takes over may know other templates, and
    must go on where the one before it stopped.

    Args:
        message: ours.
        templates: names of the templates that exist, see data/whatsapp/sjablonen.yaml.
        words: around the choices.
    """
    text, offered = text_of(message), (message.content or {}).get("buttons", [])
    name = form(offered)
    if not offered:
        return [Part(piece) for piece in split(text)]
    if not name:
        return [Part(piece) for piece in split(f"{text}\n\n{numbered(offered)}")]
    together = len(text) <= VARIABLE and "\n" not in text
    body = text if together else words.kies
    values = [body]
    for choice in offered:
        if name.startswith(DESCRIBED):
            values += [line_title(choice), choice["payload"], words.below(choice)]
        else:
            values += [short_title(choice), choice["payload"]]
    variables = {str(number): value for number, value in enumerate(values, start=1)}
    keys = Part(body, name, variables, choices=True)
    if name not in templates:
        keys = Part(f"{body}\n\n{numbered(offered)}", choices=True)
    return [keys] if together else [*(Part(piece) for piece in split(text)), keys]


def form(offered: Sequence[Mapping[str, Any]]) -> str:
    """The name of the template that can show these choices; empty when none can."""
    titles = [short_title(choice) for choice in offered]
    usable = len(set(titles)) == len(titles) and all(len(c["payload"]) <= MAX_ID for c in offered)
    payloads = {choice["payload"] for choice in offered}
    if not usable or len(payloads) < len(offered):
        return ""
    if 1 <= len(offered) <= QUICK and all(len(title) <= QUICK_TITLE for title in titles):
        return f"{BUTTONS}{len(offered)}"
    if 1 <= len(offered) <= LIST and all(len(title) <= LIST_TITLE for title in titles):
        return f"{PLAIN}{len(offered)}"
    lines = {line_title(choice) for choice in offered}
    if 1 <= len(offered) <= LIST and len(lines) == len(offered) and all(len(choice["title"]) <= LIST_LINE for choice in offered):
        return f"{DESCRIBED}{len(offered)}"
    return ""


def short_title(choice: Mapping[str, Any]) -> str:
    """The title as it fits on a small button, when there is a shorter one."""
    return str(choice.get("short") or choice["title"])


def line_title(choice: Mapping[str, Any]) -> str:
    """The title as it fits on a line of a list: the short one, or its first words; the whole one then stands below it."""
    title = short_title(choice)
    if len(title) <= LIST_TITLE:
        return title
    kept = title[:LIST_TITLE].rpartition(" ")[0].rstrip(" ,:;(-") or title[: LIST_TITLE - 1]
    while kept.count(" ") and kept.rpartition(" ")[2].lower() in _LOOSE:
        kept = kept.rpartition(" ")[0]
    return f"{kept}{CUT}"


def split(text: str) -> list[str]:
    """The text in pieces that the provider takes, cut between paragraphs, lines or sentences."""
    found, rest = [], text
    while len(rest) > MAX_BODY:
        cuts = [cut.end() for cut in _BREAK.finditer(rest, 0, MAX_BODY)]
        at = cuts[-1] if cuts else rest.rfind(" ", 0, MAX_BODY) + 1 or MAX_BODY
        found.append(rest[:at].strip())
        rest = rest[at:]
    return [piece for piece in [*found, rest.strip()] if piece]
