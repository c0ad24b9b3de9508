"""The citizen's page, by what a person sees and does on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin

from playwright.async_api import Locator, Page, expect

from tests.browser.watch import Watch
from tests.browser.words import screen

ANSWER_SECONDS = 20.0
"""How long an answer may take on a busy machine; how long it does take is measured in benchmarks, not here."""


class Citizen:
    """One tab of a citizen.

    Attributes:
        page: the tab.
        watch: what all tabs of this browser did.
    """

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self.watch = page, watch
        self.input = page.get_by_label(screen("chat.composer.label"), exact=True)
        self.state = page.locator(".state")
        self.stored = page.locator(".message[data-seq]")
        self.from_human = page.locator(".message-human .bubble")
        self.from_system = page.locator(".message-system .bubble")
        self.typing = page.locator(".typing")
        self.card = page.locator(".card")

    async def arrive(self, url: str) -> None:
        """Open the page and wait until the conversation is there."""
        await self.page.goto(url)
        await expect(self.state).to_be_visible()
        await expect(self.stored.first).to_be_attached()

    async def conversation(self) -> str:
        """The id of the conversation, as the gateway tells this browser."""
        answer = await self.page.request.post(urljoin(self.page.url, "/api/web/session"))
        return str((await answer.json())["conversation"])

    async def say(self, text: str) -> None:
        """Type something and send it."""
        await self.input.fill(text)
        await self.page.get_by_role("button", name=screen("chat.composer.send")).click()

    async def ask(self, text: str) -> Locator:
        """Say something; returns the bubble with which the bot answers."""
        return await self._answer_to(lambda: self.say(text))

    async def press(self, title: str) -> Locator:
        """Press a quick reply; returns the bubble with which the bot answers."""
        return await self._answer_to(self.quick_replies.filter(has_text=title).first.click)

    async def _answer_to(self, act: Callable[[], Awaitable[None]]) -> Locator:
        before = max(await self._numbers(".message[data-seq]"), default=0)
        await act()
        async with asyncio.timeout(ANSWER_SECONDS):
            while not (own := [seq for seq in await self._numbers(".message-citizen[data-seq]") if seq > before]):
                await asyncio.sleep(0.05)
        answer = self.page.locator(f'.message[data-seq="{own[0]}"] ~ .message-bot .bubble').first
        await expect(answer).to_be_visible(timeout=ANSWER_SECONDS * 1000)
        return answer

    async def answer_to(self, said: str) -> Locator:
        """The bubble with which the bot answers the last message with these words, once it is there."""
        own = self.page.locator(".message-citizen[data-seq]").filter(has_text=said).last
        number = await own.get_attribute("data-seq")
        answer = self.page.locator(f'.message[data-seq="{number}"] ~ .message-bot .bubble').first
        await expect(answer).to_be_visible()
        return answer

    async def caught_up(self) -> None:
        """Wait until everything the gateway keeps of this conversation is on the screen, the last part of an answer too."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                answer = await self.page.request.get(urljoin(self.page.url, "/api/web/transcript?form=json"))
                kept = [message["seq"] for message in (await answer.json())["messages"]]
                if await self._numbers(".message[data-seq]") == kept:
                    return
                await asyncio.sleep(0.05)

    @property
    def quick_replies(self) -> Locator:
        """The buttons under the last answer that can be pressed."""
        return self.page.locator(".reply:visible:not([aria-disabled])")

    def said(self, text: str) -> Locator:
        """Bubbles of the citizen with exactly this text, sent or not."""
        return self.page.locator(".message-citizen .bubble").filter(has_text=re.compile(rf"^\s*{re.escape(text)}\s*$"))

    async def _numbers(self, selector: str) -> list[int]:
        found: list[int] = await self.page.locator(selector).evaluate_all("all => all.map((one) => Number(one.dataset.seq))")
        return found

    async def transcript(self) -> list[str]:
        """Every stored message on the screen: number, kind and words."""
        found: list[str] = await self.stored.evaluate_all(
            "all => all.map((one) => `${one.dataset.seq} ${one.classList[1]} ${one.querySelector('.bubble').textContent.trim()}`)"
        )
        return found
