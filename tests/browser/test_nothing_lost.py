"""Reload, a second tab, a line that breaks: the same conversation, nothing lost and nothing twice."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import OpenCitizen
from tests.browser.line import line_to
from tests.browser.words import screen
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
BROKEN_LINE = r"net::ERR_|WebSocket connection to .* failed"
QUESTION = "Heb ik recht op huurtoeslag?"


async def second_tab(citizen: Citizen, url: str) -> Citizen:
    """Another tab of the same browser."""
    other = Citizen(await citizen.page.context.new_page(), citizen.watch)
    await other.arrive(url)
    return other


async def same(first: Citizen, second: Citizen) -> list[str]:
    """Wait until two tabs show the same messages, each once; returns them."""
    for tab in (first, second):
        await tab.caught_up()
    shown = await first.transcript()
    assert await second.transcript() == shown
    numbers = [int(line.split()[0]) for line in shown]
    assert numbers == sorted(set(numbers))
    return shown


async def test_a_reload_shows_the_same_conversation(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    citizen = await citizen_at(product.url)
    await citizen.ask(QUESTION)
    await citizen.caught_up()
    before = await citizen.transcript()
    await citizen.page.reload()
    await expect(citizen.stored).to_have_count(len(before))
    assert await citizen.transcript() == before
    # What was there before is no news: a screen reader must not read it all again.
    await expect(citizen.page.locator(".announcer p")).to_have_count(0)
    await citizen.ask("En zorgtoeslag?")
    assert (await citizen.transcript())[: len(before)] == before


async def test_a_text_that_was_not_sent_survives_a_reload(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    """A tab that is closed or reloaded at the very moment of sending: the message arrives once."""
    async with line_to(product.url) as line:
        citizen = await citizen_at(line.url)
        citizen.watch.allow(BROKEN_LINE)
        await citizen.ask(QUESTION)
        line.deaf = True
        await citizen.say("Ik woon in een kamer")
        await expect(citizen.page.locator(".message-pending")).to_have_count(1)
        line.cut()
        line.mend()
        await citizen.page.reload()
        await expect(citizen.said("Ik woon in een kamer")).to_have_count(1, timeout=SOON)
        await expect(citizen.page.locator(".message-pending")).to_have_count(0, timeout=SOON)
        await same(citizen, await second_tab(citizen, line.url))


async def test_a_second_tab_shows_the_same_conversation(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    first = await citizen_at(product.url)
    await first.ask(QUESTION)
    second = await second_tab(first, product.url)
    await same(first, second)
    await second.ask("Hoe vraag ik een nieuw paspoort aan?")
    await same(second, first)
    # Both at the same moment.
    await asyncio.gather(first.say("Wat kost dat?"), second.say("En hoe lang duurt het?"))
    for text in ("Wat kost dat?", "En hoe lang duurt het?"):
        for tab in (first, second):
            await expect(tab.said(text)).to_have_count(1, timeout=SOON)
    # The browser of somebody else has a conversation of its own.
    other = await citizen_at(product.url)
    await expect(other.said(QUESTION)).to_have_count(0)
    assert await other.conversation() != await first.conversation()


@pytest.mark.parametrize("heard", [False, True], ids=["never sent", "sent but not confirmed"])
async def test_offline_and_back(product: RunningProduct, citizen_at: OpenCitizen, heard: bool) -> None:
    """What was typed without a line goes out by itself, once; also when the server had heard it and we do not know."""
    text = "Mijn huur is verhoogd, wat nu?"
    async with line_to(product.url) as line:
        citizen = await citizen_at(line.url)
        citizen.watch.allow(BROKEN_LINE)
        await citizen.ask(QUESTION)
        if heard:
            line.deaf = True
            await citizen.say(text)
            await expect(citizen.page.locator(".sending")).to_have_text(screen("chat.message.sending"))
        line.cut()
        await citizen.page.context.set_offline(True)
        await expect(citizen.page.locator(".trouble-bar")).to_contain_text(screen("chat.connection.offline"))
        if not heard:
            await citizen.say(text)
        await expect(citizen.page.locator(".sending")).to_have_text(screen("chat.message.unsent"))

        line.mend()
        await citizen.page.context.set_offline(False)
        await expect(citizen.page.locator(".trouble-bar")).to_have_count(0, timeout=SOON)
        await expect(citizen.page.locator(".message-pending")).to_have_count(0, timeout=SOON)
        await expect(citizen.said(text)).to_have_count(1)
        await expect(citizen.page.locator(".message-citizen ~ .message-bot")).to_have_count(2, timeout=SOON)
        shown = await same(citizen, await second_tab(citizen, line.url))
        assert len([line for line in shown if text in line]) == 1
