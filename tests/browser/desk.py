"""The desk, by what a member of staff sees and does on it."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Locator, Page, expect

from tests.browser.citizen import ANSWER_SECONDS
from tests.browser.watch import Watch
from tests.browser.words import screen


class DeskPage:
    """One tab of a member of staff.

    Attributes:
        page: the tab.
        watch: what the tab did.
    """

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self.watch = page, watch
        self.items = page.locator(".item")
        self.summary = page.locator(".summary")
        self.reply = page.get_by_label(screen("desk.composer.reply_label"))
        self.barrier = page.locator(".barrier > p:first-child")
        self.typing = page.locator(".typing")
        self.state = page.locator(".head-facts")
        self.dialog = page.locator("dialog[open]")
        self.own = page.locator(".message-human")
        self.banner = page.locator(".banner")
        self.notes = page.locator(".message-note")
        self.picker = page.get_by_role("listbox")
        self.notice = page.locator("#conversation .notice")

    async def arrive(self, url: str) -> None:
        """Open the desk: the log-in form."""
        await self.page.goto(f"{url}/balie")
        await expect(self.page.get_by_role("heading", name=screen("desk.login.heading"))).to_be_visible()

    async def log_in(self, username: str, password: str) -> None:
        """Fill in the form and send it."""
        await self.page.get_by_label(screen("desk.login.username")).fill(username)
        await self.page.get_by_label(screen("desk.login.password")).fill(password)
        await self.page.keyboard.press("Enter")

    async def is_in(self) -> None:
        """The queue is there."""
        await expect(self.page.locator(".queue")).to_be_visible()

    async def look_at(self, view: str) -> None:
        """Choose a list: waiting, mine or all."""
        await self.view(view).click()

    def view(self, name: str) -> Locator:
        """The button of a list."""
        return self.page.locator(".view").filter(has_text=screen(f"desk.queue.{name}"))

    def item(self, text: str) -> Locator:
        """The conversation in the list of which the citizen's last words hold this text."""
        return self.items.filter(has_text=text)

    async def find(self, text: str) -> Locator:
        """The conversation of `item`, wherever it is in the list: of a long list only what is near the window is drawn."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while not await self.item(text).count():
                await self.page.evaluate(
                    """() => {
                      const list = document.querySelector('div.items');
                      const end = list && list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
                      list?.scrollTo({ top: end ? 0 : list.scrollTop + list.clientHeight });
                    }"""
                )
                await asyncio.sleep(0.1)
        return self.item(text)

    async def open(self, text: str) -> None:
        """Open the conversation of `item`."""
        await (await self.find(text)).click()
        await expect(self.page.get_by_role("heading", name=screen("desk.summary.label"))).to_be_visible()

    @property
    def claim(self) -> Locator:
        """The button that takes the conversation."""
        return self.page.get_by_role("button", name=screen("desk.conversation.claim"))

    async def answer(self, text: str) -> None:
        """Type an answer and send it."""
        await self.reply.fill(text)
        await self.page.get_by_role("button", name=screen("desk.composer.send_reply")).click()

    async def note(self, text: str) -> None:
        """Keep a note that the citizen does not see."""
        await self.page.get_by_label(screen("desk.composer.note"), exact=True).check()
        await self.page.get_by_label(screen("desk.composer.note_label")).fill(text)
        await self.page.get_by_role("button", name=screen("desk.composer.send_note")).click()
        await self.page.get_by_label(screen("desk.composer.reply"), exact=True).check()

    async def close(self, outcome: str, note: str = "") -> None:
        """Close the conversation with an outcome of `desk.close.outcomes`."""
        await self.page.locator(".head").get_by_role("button", name=screen("desk.conversation.close")).click()
        await self.dialog.get_by_label(screen(f"desk.close.outcomes.{outcome}")).check()
        await self.dialog.get_by_label(screen("desk.close.note")).fill(note)
        await self.dialog.get_by_role("button", name=screen("desk.close.submit")).click()
        await expect(self.dialog).to_have_count(0)

    async def press(self, name: str) -> None:
        """Press a button of the opened conversation by the key of its text."""
        await self.page.locator("#conversation").get_by_role("button", name=screen(name), exact=True).click()

    async def undo(self) -> None:
        """Take back what was just done."""
        await self.notice.get_by_role("button", name=screen("desk.undo")).click()

    async def give_to(self, option: str, note: str = "") -> None:
        """Ask a team or a colleague, whose line in the list holds `option`, to take the conversation over."""
        await self.press("desk.conversation.transfer")
        choice = self.dialog.locator("option", has_text=option)
        await expect(choice).to_have_count(1)
        await self.dialog.get_by_label(screen("desk.transfer.to")).select_option(await choice.get_attribute("value"))
        await self.dialog.get_by_label(screen("desk.transfer.note")).fill(note)
        await self.dialog.get_by_role("button", name=screen("desk.transfer.submit")).click()
        await expect(self.dialog).to_have_count(0)

    async def refuse(self, reason: str) -> None:
        """Refuse what is asked, with a reason."""
        await self.press("desk.transfer.refuse")
        await self.dialog.get_by_label(screen("desk.refuse.reason")).fill(reason)
        await self.dialog.get_by_role("button", name=screen("desk.refuse.submit")).click()
        await expect(self.dialog).to_have_count(0)

    async def unlock(self, reason: str) -> None:
        """Open a conversation of another team with a reason."""
        await self.page.get_by_label(screen("desk.locked.reason")).fill(reason)
        await self.page.get_by_role("button", name=screen("desk.locked.submit")).click()

    def line(self, label: str) -> Locator:
        """The first line of the summary with this label."""
        named = self.page.locator("dt", has_text=re.compile(f"^{re.escape(label)}$"))
        return self.summary.locator(".line").filter(has=named).first

    def heard(self, text: str) -> Locator:
        """Messages of the citizen in the opened conversation."""
        return self.page.locator(".message-citizen .bubble").filter(has_text=text)
