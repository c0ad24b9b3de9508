"""The main job as people do it: ask, be answered, see a case, be handed to a casemanager, talk, be done."""

from __future__ import annotations

import asyncio
import re
import secrets

from playwright.async_api import expect

from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import OpenCitizen, OpenDesk
from tests.browser.desk import DeskPage
from tests.browser.words import button, screen
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
QUESTION = "Heb ik recht op huurtoeslag?"
CASE = "ZAAK-2026-0000000001"


async def ask_and_see_a_case(citizen: Citizen) -> None:
    """An answer with the organisation and a way on, a button pressed, and a case after the second factor."""
    answer = await citizen.ask(QUESTION)
    await expect(answer).to_contain_text("Dienst Toeslagen")
    await expect(answer.locator("a.way[href^='tel:']").first).to_be_visible()
    await expect(answer.locator("a.way[href*='toeslagen.nl']")).to_have_attribute("rel", "noopener noreferrer")
    await expect(citizen.quick_replies.filter(has_text=button("mens"))).to_be_visible()

    related = citizen.quick_replies.first
    title = (await related.inner_text()).strip()
    further = await citizen.press(title)
    await expect(citizen.said(title)).to_have_count(1)
    assert await further.inner_text() != await answer.inner_text()

    await expect(await citizen.ask(f"Hoe ver is {CASE}?")).not_to_contain_text("Parkeervergunning")
    await expect(citizen.card).to_have_count(0)
    told = await citizen.ask("12 maart 1980")
    await expect(told).to_contain_text("Parkeervergunning")
    await expect(citizen.card).to_be_visible()
    await expect(citizen.card).to_contain_text(CASE)
    await expect(citizen.card.locator("[aria-current=step]")).to_have_count(1)


async def wait_for_a_human(citizen: Citizen, words: str) -> None:
    """Ask for a human, hear the place in the queue, and say something more while waiting."""
    await citizen.ask("ik wil een mens")
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"), timeout=SOON)
    await expect(citizen.state).to_contain_text(re.compile(r"nummer \d+|als eerste"))
    await expect(citizen.from_system.last).to_be_visible(timeout=SOON)
    await citizen.say(words)
    await expect(citizen.said(words)).to_have_count(1)


async def see_queue_and_summary(desk: DeskPage, words: str) -> None:
    """Who waits, why, and what the citizen said, each line with the message that proves it."""
    await expect(await desk.find(words)).to_contain_text(screen("desk.channel.web"), timeout=SOON)
    await desk.open(words)
    await expect(desk.summary).to_contain_text(CASE)
    line = desk.line("Vraag")
    await expect(line).to_contain_text(QUESTION)
    await line.get_by_role("button").click()
    proof = desk.page.locator(".message:focus")
    await expect(proof).to_contain_text(QUESTION)
    await expect(proof).to_be_in_viewport()


async def claim_at_once(first: DeskPage, second: DeskPage, names: dict[DeskPage, str]) -> tuple[DeskPage, DeskPage]:
    """Two desks reach for the same conversation; returns who got it and who sees who has it."""
    for desk in (first, second):
        desk.watch.allow(r"409 \(Conflict\)")
    # Both buttons are found before either is pressed, and pressed in the page itself: the desk that is second may lose its
    # button to the news that the first has the conversation, and `click` would wait for that button to come back.
    buttons = [await desk.claim.element_handle() for desk in (first, second)]
    await asyncio.gather(*(button.evaluate("(one) => one.click()") for button in buttons))
    taken = [screen("desk.conversation.claimed_by", name=name) for name in names.values()]
    for desk in (first, second):
        await expect(desk.reply.or_(desk.barrier.filter(has_text=re.compile("|".join(map(re.escape, taken)))))).to_be_visible()
    winner, loser = (first, second) if await first.reply.is_visible() else (second, first)
    await expect(winner.reply).to_be_visible()
    await expect(loser.barrier).to_have_text(screen("desk.conversation.claimed_by", name=names[winner]))
    await expect(loser.reply).to_have_count(0)
    return winner, loser


async def talk(citizen: Citizen, desk: DeskPage, name: str) -> None:
    """Both talk; each sees that the other is typing, the citizen never sees a note, the bot is silent."""
    await expect(citizen.state).to_contain_text(name, timeout=SOON)
    bot_said = await citizen.page.locator(".message-bot").count()
    await desk.reply.press_sequentially("Goedemiddag")
    await expect(citizen.typing).to_have_text(screen("chat.typing.human", name=name))
    await desk.answer("Goedemiddag, ik help u met uw huurtoeslag.")
    await expect(citizen.from_human.last).to_have_text("Goedemiddag, ik help u met uw huurtoeslag.", timeout=SOON)
    await expect(citizen.typing).to_have_count(0)
    await expect(desk.own.last).to_contain_text(screen("desk.delivery.delivered"), timeout=SOON)

    await citizen.input.press_sequentially("Fijn")
    await expect(desk.typing).to_have_text(screen("desk.conversation.typing"))
    await citizen.say("Fijn. Hoe ver is mijn zaak nu?")
    await expect(desk.heard("Hoe ver is mijn zaak nu?")).to_have_count(1)
    await expect(desk.typing).to_have_count(0)
    await desk.note("Nagekeken: besluit volgt in december.")
    await expect(desk.page.locator(".message-note")).to_have_count(1)
    await desk.answer("U krijgt het besluit voor eind december.")
    await expect(citizen.from_human).to_have_count(2, timeout=SOON)
    await expect(citizen.page.get_by_text("Nagekeken")).to_have_count(0)
    await expect(citizen.page.locator(".message-bot")).to_have_count(bot_said)


async def play(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    """The whole conversation, from the first screen to the follow-up after closing."""
    url = product.url
    words = f"Mijn straat is de {''.join(secrets.choice('bdfgklmnprst') + secrets.choice('aeiou') for _ in range(5))}laan"
    citizen = await citizen_at(url)
    await ask_and_see_a_case(citizen)
    await wait_for_a_human(citizen, words)

    fatima, joris = await desk_at(url), await desk_at(url)
    names = {fatima: "Fatima Demirci", joris: "Joris van den Broek"}
    for desk, username in ((fatima, "fatima"), (joris, "joris")):
        await desk.log_in(username, product.accounts[username])
        await desk.is_in()
    await see_queue_and_summary(fatima, words)
    await joris.open(words)
    winner, loser = await claim_at_once(fatima, joris, names)

    await talk(citizen, winner, names[winner])
    await expect(loser.page.get_by_text("ik help u met uw huurtoeslag")).to_be_visible()

    await winner.close("answered", "Termijn uitgelegd.")
    await expect(winner.barrier).to_have_text(screen("desk.conversation.closed"))
    await expect(loser.barrier).to_have_text(screen("desk.conversation.closed"))
    await expect(citizen.state).to_contain_text(screen("chat.state.closed"), timeout=SOON)
    await expect(citizen.from_system.last).to_contain_text(names[winner])
    await expect(await citizen.ask("Hoe vraag ik een nieuw paspoort aan?")).to_contain_text("gemeente")
    await expect(citizen.state).to_contain_text(screen("chat.state.bot"))


async def test_a_citizen_is_helped(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    await play(product, citizen_at, desk_at)


async def test_a_citizen_is_helped_with_postgresql_and_an_outside_redis(
    product_postgres: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    children = product_postgres.status()["children"]
    assert "valkey" not in children and product_postgres.database_url.startswith("postgresql://")
    await play(product_postgres, citizen_at, desk_at)
