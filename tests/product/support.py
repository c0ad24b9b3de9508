"""What the tests of the running product share: a desk over HTTP, and conversations from data files."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
import yaml

from loket.answers.texts import Texts
from verbonden.client import CitizenClient

FOLDER = Path(__file__).parent / "gesprekken"
TEXTS = Texts.load(Path("data/antwoorden"))


def pattern(key: str) -> re.Pattern[str]:
    """A text of `data/antwoorden` as an expression: whatever was filled in, and line breaks, fit."""
    text = TEXTS.texts[key].tekst.strip()
    return re.compile(".+?".join(re.escape(part) for part in re.split(r"\{\w+\}", text)), re.DOTALL)


def conversations() -> list[Any]:
    """All conversations of the data files, one parameter each."""
    import pytest

    return [
        pytest.param(conversation, id=f"{path.stem}: {conversation['naam']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


async def turn(citizen: CitizenClient, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Type what the citizen says, or press a button by its title; returns what came back."""
    if "burger" in given:
        return await citizen.ask(given["burger"])
    return await press(citizen, given["knop"])


async def press(citizen: CitizenClient, title: str) -> list[dict[str, Any]]:
    """Press the newest button with this title."""
    offers = [(m["seq"], b["payload"]) for m in citizen.after(0) for b in m["buttons"] if b["title"] == title]
    assert offers, f"there is no button {title!r}"
    client_id = await citizen.press(*offers[-1])
    await citizen.until(lambda: client_id in citizen.accepted)
    await citizen.until(lambda: citizen.after(citizen.accepted[client_id]))
    return citizen.after(citizen.accepted[client_id])


async def expect(citizen: CitizenClient, said: list[dict[str, Any]], wanted: dict[str, Any]) -> None:
    """Check one turn against what the data file says about it."""
    whole = "\n".join(m["text"] for m in said)
    for key in wanted.get("gezegd", []):
        assert pattern(key).search(whole), f"{key} was not said, but: {whole}"
    for words in wanted.get("bevat", []):
        assert words.lower() in whole.lower(), f"{words!r} was not said, but: {whole}"
    for words in wanted.get("niet", []):
        assert words.lower() not in whole.lower(), f"{words!r} was said: {whole}"
    assert len(said) == wanted.get("berichten", len(said)), whole
    titles = [b["title"] for m in said for b in m["buttons"]]
    assert set(wanted.get("knoppen", [])) <= set(titles), titles
    numbers = [p["number"] for m in said for p in m["phones"]]
    assert set(wanted.get("telefoons", [])) <= set(numbers), numbers
    urls = [link["url"] for m in said for link in m["links"]]
    assert set(wanted.get("links", [])) <= set(urls), urls
    for field, value in wanted.get("kaart", {}).items():
        cards = [m["card"] for m in said if m["card"]]
        assert cards and cards[0][field] == value, cards
    if state := wanted.get("toestand"):
        await citizen.until(lambda: citizen.state.get("state") == state, 10)


class Desk:
    """A member of staff at the desk, over HTTP. Use as an async context manager: logs in."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url, self._username, self._password = url, username, password
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.csrf, self.user = "", dict[str, Any]()

    async def __aenter__(self) -> Desk:
        body = {"username": self._username, "password": self._password}
        async with self.http.post(f"{self.url}/api/balie/login", json=body, headers={"Origin": self.url}) as answer:
            assert answer.status == 200, await answer.text()
            found = await answer.json()
        self.csrf, self.user = found["csrf"], found["user"]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.http.close()

    async def get(self, path: str) -> tuple[int, Any]:
        """Status and body."""
        async with self.http.get(f"{self.url}/api/balie/{path}") as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def post(self, path: str, body: dict[str, Any], csrf: str | None = None) -> tuple[int, Any]:
        """Status and body."""
        headers = {"X-CSRF-Token": self.csrf if csrf is None else csrf, "Origin": self.url}
        async with self.http.post(f"{self.url}/api/balie/{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def detail(self, conversation: str) -> Any:
        """One conversation."""
        status, body = await self.get(f"conversations/{conversation}")
        assert status == 200, body
        return body

    async def claim(self, conversation: str) -> Any:
        """Take a conversation as it is now."""
        epoch = (await self.detail(conversation))["item"]["epoch"]
        status, body = await self.post(f"conversations/{conversation}/claim", {"epoch": epoch})
        assert status == 200, body
        return body

    async def say(self, conversation: str, text: str) -> int:
        """Say something to the citizen."""
        status, body = await self.post(f"conversations/{conversation}/messages", {"id": str(uuid.uuid4()), "text": text})
        assert status == 200, body
        return int(body["seq"])
