"""The desk as people work on it together: giving, asking, refusing, undoing, going home, logging in anew; by keyboard alone."""

from __future__ import annotations

import asyncio
import re
import secrets
from datetime import UTC, datetime

from playwright.async_api import expect
from sqlalchemy import select, update

from loket.store import Store
from loket.store.desk import Presence
from loket.store.schema import Conversation, Staff, StaffSession
from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import NewContext, OpenCitizen, OpenDesk
from tests.browser.desk import DeskPage
from tests.browser.watch import Watch
from tests.browser.words import screen
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
FORBIDDEN = r"403 \(Forbidden\)"
CONFLICT = r"409 \(Conflict\)"


def some_words() -> str:
    """Words by which a conversation is found in a list."""
    return "Mijn fiets heet " + "".join(secrets.choice("bdfgklmnprst") + secrets.choice("aeiou") for _ in range(5))


async def waits(citizen: Citizen, words: str) -> None:
    """Ask for a human, and say something by which the desk knows the conversation."""
    await citizen.ask("ik wil een mens")
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"), timeout=SOON)
    await citizen.say(words)
    await expect(citizen.said(words)).to_have_count(1)


async def at_work(desk_at: OpenDesk, product: RunningProduct, username: str, width: int = 1280) -> DeskPage:
    """A member of staff who is logged in."""
    desk = await desk_at(product.url, viewport={"width": width, "height": 800 if width > 960 else 1024})
    await desk.log_in(username, product.accounts[username])
    await desk.is_in()
    return desk


async def take(desk: DeskPage, words: str) -> None:
    """Open a conversation that waits, and take it."""
    await desk.look_at("waiting")
    await desk.find(words)
    await desk.open(words)
    await desk.claim.click()
    await expect(desk.reply).to_be_visible()
    # The desk goes to her own conversations by itself: who looks at another list before that is taken there again
    await expect(desk.view("mine")).to_have_attribute("aria-pressed", "true")


async def grace_passes(product: RunningProduct, username: str) -> None:
    """As if this member of staff was last heard a year ago."""
    store = Store.connect(product.database_url)
    async with store.write() as session:
        staff = await session.scalar(select(Staff.id).where(Staff.username == username))
        row = await session.get_one(Presence, staff)
        long_ago = row.seen_at.replace(year=2020)
        await session.execute(update(Presence).where(Presence.staff_id == staff).values(seen_at=long_ago))
        await session.execute(update(Conversation).where(Conversation.owner_id == staff).values(updated_at=long_ago))
    await store.close()


async def test_two_desks_and_three_citizens(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    # Given three citizens who wait, a first line and the second line of another organisation
    words = [some_words() for _ in range(3)]
    citizens = [await citizen_at(product.url) for _ in words]
    for citizen, text in zip(citizens, words, strict=True):
        await waits(citizen, text)
    fatima, karim = await asyncio.gather(at_work(desk_at, product, "fatima"), at_work(desk_at, product, "karim"))
    karim.watch.allow(FORBIDDEN)
    for text in words:
        await take(fatima, text)

    # When she answers all three, each reads only what is theirs
    for number, text in enumerate(words):
        await fatima.look_at("mine")
        await fatima.open(text)
        await fatima.answer(f"Dit is voor nummer {number}.")
    for number, citizen in enumerate(citizens):
        await expect(citizen.from_human.last).to_have_text(f"Dit is voor nummer {number}.", timeout=SOON)
        await expect(citizen.from_human).to_have_count(1)

    # And the first is offered to the second line: it stays hers, both see it, the citizen reads whom she asks
    await fatima.open(words[0])
    await fatima.give_to("Werk en uitkering", "Kun jij kijken?")
    await expect(fatima.banner).to_contain_text("Werk en uitkering")
    await expect(citizens[0].from_system.last).to_contain_text("Werk en uitkering", timeout=SOON)
    await fatima.answer("Ik blijf bij u.")
    await expect(citizens[0].from_human).to_have_count(2, timeout=SOON)
    await karim.look_at("asked")
    await karim.open(words[0])
    await expect(karim.banner).to_contain_text("Kun jij kijken?")
    await check(karim.page, "asked to take over")

    # And refused with a reason it comes back
    await karim.refuse("Dit hoort bij de gemeente.")
    await expect(fatima.banner).to_have_count(0, timeout=SOON)
    await expect(fatima.notes.last).to_contain_text("Dit hoort bij de gemeente.")
    await expect(citizens[0].from_system.last).to_contain_text("blijft u helpen", timeout=SOON)
    await expect(citizens[0].page.get_by_text("hoort bij de gemeente")).to_have_count(0)

    # And the second is taken over: the citizen reads by whom, and she can no longer answer, but loses no word
    await fatima.look_at("mine")
    await fatima.open(words[1])
    await fatima.give_to("Werk en uitkering")
    await fatima.reply.fill("Dit wilde ik nog zeggen")
    await karim.look_at("asked")
    await karim.open(words[1])
    await karim.press("desk.transfer.accept")
    await expect(karim.reply).to_be_visible(timeout=SOON)
    await expect(citizens[1].state).to_contain_text("Karim Visser", timeout=SOON)
    await expect(fatima.barrier).to_contain_text("Karim Visser", timeout=SOON)
    await expect(fatima.page.locator(".barrier .left")).to_contain_text("Dit wilde ik nog zeggen")
    await karim.answer("Ik neem het over.")
    await expect(citizens[1].from_human.last).to_have_text("Ik neem het over.", timeout=SOON)

    # And the third is closed by a slip, opened again, and closed with what must still be done
    await fatima.look_at("mine")
    await fatima.open(words[2])
    await fatima.close("answered")
    await expect(citizens[2].state).to_contain_text(screen("chat.state.closed"), timeout=SOON)
    await fatima.undo()
    await expect(fatima.reply).to_be_visible(timeout=SOON)
    await expect(citizens[2].state).to_contain_text("Fatima Demirci", timeout=SOON)
    await fatima.close("answered", "Uitgelegd")
    await fatima.look_at("mine")
    await fatima.open(words[0])
    await fatima.close("answered")
    await karim.close("answered")


async def test_a_colleague_is_asked_and_the_citizen_sees_nothing(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    words, citizen = some_words(), await citizen_at(product.url)
    await waits(citizen, words)
    fatima, karim = await asyncio.gather(at_work(desk_at, product, "fatima"), at_work(desk_at, product, "karim"))
    karim.watch.allow(FORBIDDEN)
    await take(fatima, words)
    # Karim is of another team: without a reason he reads nothing
    await karim.look_at("all")
    await karim.page.locator(".item", has_text=screen("desk.queue.locked_text")).first.click()
    await expect(karim.page.get_by_label(screen("desk.locked.reason"))).to_be_visible()
    await expect(karim.page.get_by_text(words)).to_have_count(0)
    await check(karim.page, "a conversation of another team")
    # Asked in a note he may read and answer, with a note
    await fatima.page.get_by_label(screen("desk.composer.note"), exact=True).check()
    note = fatima.page.get_by_label(screen("desk.composer.note_label"))
    await note.press_sequentially("Weet @kar")
    await expect(fatima.picker).to_contain_text("Karim Visser")
    await fatima.page.keyboard.press("Enter")
    await fatima.page.keyboard.type("of dit klopt?")
    await fatima.page.keyboard.press("Enter")
    await expect(fatima.notes.last).to_contain_text("@Karim Visser of dit klopt?")
    await karim.look_at("asked")
    await karim.open(words)
    await karim.press("desk.composer.leave_note")
    await karim.page.get_by_label(screen("desk.composer.note_label")).fill("Ja, dat klopt.")
    await karim.page.get_by_role("button", name=screen("desk.composer.send_note")).click()
    await expect(fatima.notes.last).to_contain_text("Ja, dat klopt.", timeout=SOON)
    await expect(karim.banner).to_have_count(0, timeout=SOON)
    await expect(citizen.page.get_by_text("klopt")).to_have_count(0)
    await fatima.page.get_by_label(screen("desk.composer.reply"), exact=True).check()
    await fatima.close("answered")


async def test_by_keyboard_alone_with_an_answer_from_the_index(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    words, citizen = some_words(), await citizen_at(product.url)
    await waits(citizen, words)
    desk = await at_work(desk_at, product, "sanne", width=768)
    page = desk.page
    await desk.find(words)
    # find it, open it, take it
    await page.keyboard.press("f")
    await page.keyboard.type(words.split()[-1])
    await expect(desk.items).to_have_count(1)
    await check(page, "filters")
    await page.keyboard.press("Enter")  # Escape would empty the field, and `j` would open whoever else waits
    await page.locator(".filters summary").focus()
    await page.keyboard.press("j")
    await expect(desk.heard(words)).to_be_visible()
    await expect(desk.claim).to_be_visible()
    await page.keyboard.press("n")
    await expect(desk.reply).to_be_focused(timeout=SOON)
    # a standard answer, to be changed before it is sent
    await page.keyboard.type("/huurtoeslag")
    await expect(desk.picker.get_by_role("option").first).to_contain_text("Huurtoeslag")
    await check(page, "choosing an answer")
    await page.keyboard.press("Enter")
    await expect(desk.reply).to_have_value(re.compile("Dienst Toeslagen"))
    await expect(desk.reply).to_be_focused()
    # what is typed survives a reload, and nothing is sent by itself
    await page.keyboard.type("\n")
    await expect(citizen.from_human).to_have_count(1, timeout=SOON)
    await page.keyboard.type("Ik was nog niet klaar")
    await page.reload()
    await expect(desk.reply).to_have_value("Ik was nog niet klaar", timeout=SOON)
    # a suggestion is only put into the field
    await citizen.say("Heb ik recht op zorgtoeslag?")
    await expect(citizen.said("Heb ik recht op zorgtoeslag?")).to_have_count(1, timeout=SOON)
    await expect(desk.heard("zorgtoeslag")).to_have_count(1, timeout=SOON)
    suggestion = page.locator(".suggestion-text")
    async with asyncio.timeout(60):
        while not await suggestion.is_visible():
            await page.get_by_role("button", name=screen("desk.composer.suggest"), exact=True).click()
            await expect(page.locator(".suggestion").filter(has_not_text=screen("desk.suggestion.loading"))).to_be_visible()
    await expect(suggestion).to_contain_text("orgtoeslag")
    await check(page, "a suggestion of the bot")
    await page.get_by_role("button", name=screen("desk.suggestion.take")).click()
    await expect(citizen.from_human).to_have_count(1)
    await page.keyboard.press("?")
    await expect(desk.dialog).to_have_count(0)  # in a field a question mark is a question mark
    await desk.reply.fill("Dat zoek ik uit.")
    await page.keyboard.press("Enter")
    await expect(citizen.from_human).to_have_count(2, timeout=SOON)
    await desk.close("answered")


async def test_who_goes_home_leaves_nobody_behind(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    words, citizen = some_words(), await citizen_at(product.url)
    await waits(citizen, words)
    joris = await at_work(desk_at, product, "joris")
    await take(joris, words)
    # logging out with a conversation in hand is asked about
    await joris.page.get_by_role("button", name=screen("desk.header.logout")).click()
    await expect(joris.dialog).to_be_visible()
    await check(joris.page, "logging out with conversations")
    await joris.page.keyboard.press("Escape")
    # the lap-top is closed, and the grace time passes
    await joris.page.context.close()
    async with asyncio.timeout(90):
        while screen("chat.state.queued") not in await citizen.state.inner_text():
            await grace_passes(product, "joris")  # again and again: the gateway may still note that the page was there
            await asyncio.sleep(1)
    await expect(citizen.from_system.last).to_contain_text("Joris van den Broek")
    sanne = await at_work(desk_at, product, "sanne")
    await take(sanne, words)
    await expect(sanne.notes.last).to_contain_text("Joris van den Broek")
    await sanne.close("answered")


async def session_runs_out(product: RunningProduct, username: str) -> None:
    """As if this member of staff did nothing for years."""
    store = Store.connect(product.database_url)
    async with store.write() as session:
        of_staff = StaffSession.staff_id.in_(select(Staff.id).where(Staff.username == username))
        await session.execute(update(StaffSession).where(of_staff).values(active_at=datetime(2020, 1, 1, tzinfo=UTC)))
    await store.close()


async def test_a_session_that_runs_out_takes_nothing_of_what_was_typed(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    words, citizen = some_words(), await citizen_at(product.url)
    await waits(citizen, words)
    joris = await at_work(desk_at, product, "joris")
    joris.watch.allow(r"401 \(Unauthorized\)")
    page = joris.page
    await take(joris, words)
    await joris.answer("Goedemiddag.")
    await expect(citizen.from_human).to_have_count(1)
    await joris.press("desk.conversation.transfer")
    note = joris.dialog.get_by_label(screen("desk.transfer.note"))
    await note.fill("Graag vandaag")
    await page.keyboard.press("Escape")
    # Given a session that ended: who goes on typing is told so, and behind the form nothing of the citizen is seen
    await session_runs_out(product, "joris")
    address = page.url
    await joris.reply.focus()
    await page.keyboard.type("Ik zoek")
    await expect(page.locator("#login-error")).to_have_text(screen("desk.login.expired"))
    await expect(page.locator("#login-heading")).to_be_focused()
    await expect(joris.heard(words).first).to_be_hidden()
    await page.keyboard.type("jkxn?")  # typed on without looking: letters that would do something at the desk
    await check(page, "logged out while typing")
    # When they log in again, they go on where they were
    await joris.log_in("joris", product.accounts["joris"])
    await expect(joris.reply).to_have_value("Ik zoek")
    await expect(joris.reply).to_be_focused()
    assert page.url == address
    await page.keyboard.type(" het uit.")
    await page.keyboard.press("Enter")
    await expect(citizen.from_human.last).to_have_text("Ik zoek het uit.")
    # And a half-written form is as it was
    await joris.press("desk.conversation.transfer")
    await expect(note).to_have_value("Graag vandaag")
    await page.keyboard.press("Escape")
    await joris.close("answered")


async def test_with_the_account_of_the_organisation(product: RunningProduct, new_context: NewContext) -> None:
    context = await new_context()  # not watched: the pages of the provider are not ours
    desk = DeskPage(await context.new_page(), Watch(context, product.url))
    await desk.arrive(product.url)
    page = desk.page
    await page.goto(f"{product.url}/balie#terugbellen")
    await page.get_by_role("link", name=screen("desk.login.elsewhere")).click()
    await page.locator("#gebruiker").fill("noor")
    await page.locator("#wachtwoord").fill(product.accounts["noor"])
    await page.locator("#wachtwoord").press("Enter")
    await desk.is_in()
    await expect(page.locator(".user")).to_contain_text("Noor Haddad")
    assert page.url.endswith("#terugbellen"), "what was open is open again"
    await page.reload()
    await desk.is_in()
    await page.get_by_role("button", name=screen("desk.header.logout")).click()
    await expect(page.locator(".queue")).to_have_count(0)
