"""Nobody is at the desk: the ways on that a citizen has then, and a colleague who is shown as away without saying so."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.accessibility import check
from tests.browser.citizen import Citizen
from tests.browser.conftest import NewContext, OpenCitizen, OpenDesk
from tests.browser.desk import DeskPage
from tests.browser.test_desk_together import at_work
from tests.browser.watch import Watch
from tests.browser.words import button, screen
from tests.product.test_telephone_human import nobody_there, words
from verbonden.running import RunningProduct

NUMBER = "06 12345678"
IDLE_MINUTES = 10
"""As web/src/desk/activity.ts."""


async def told(citizen: Citizen, key: str) -> None:
    """A text of `data/antwoorden` stands last of what the computer says."""
    last = citizen.page.locator(".message-bot .bubble, .message-system .bubble").last
    await expect(last).to_contain_text(words(key, "web").split("\n")[0])


async def nobody_can_help(citizen: Citizen) -> None:
    """The citizen asks for a human, and hears that nobody is there."""
    await citizen.say("ik wil een mens spreken")
    await told(citizen, "open.dicht")


async def test_outside_opening_hours_a_citizen_chooses_how_to_go_on(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    stays, goes_on, called = [await citizen_at(product.url) for _ in range(3)]
    about = "mijn dakkapel en de vergunning van de buren"
    async with nobody_there(product):
        # Given three citizens who want a human when the desk is closed, and see three ways on
        for citizen in (stays, goes_on, called):
            await nobody_can_help(citizen)
            for name in ("terugbellen", "laat_staan", "verder"):
                await expect(citizen.quick_replies.filter(has_text=button(name))).to_have_count(1)
        await check(stays.page, "nobody is there")
        # When one lets the question stand, it stands
        await stays.quick_replies.filter(has_text=button("laat_staan")).click()
        await told(stays, "open.laat_staan")
        await expect(stays.state).to_contain_text(screen("chat.state.queued"))
        # And one goes on with the computer, it answers again
        await goes_on.quick_replies.filter(has_text=button("verder")).click()
        await told(goes_on, "open.verder")
        answer = await goes_on.ask("hoe vraag ik een paspoort aan")
        await expect(answer).to_contain_text("gemeente")
        # And one is to be called, a number, a moment and a subject are asked for, and a mistake is told
        await called.quick_replies.filter(has_text=button("terugbellen")).click()
        await told(called, "terugbellen.vraag_nummer")
        await called.say("dat weet ik niet uit mijn hoofd")
        await told(called, "terugbellen.nummer_onduidelijk")
        await called.say(NUMBER)
        await told(called, "terugbellen.vraag_moment")
        await called.quick_replies.filter(has_not_text=button("bel_niet")).first.click()
        await told(called, "terugbellen.vraag_waarover")
        await called.say(about)
        await told(called, "terugbellen.klaar")
        await expect(called.state).to_contain_text(screen("chat.state.callback"))
        # And who is in danger gets the numbers to call first, and hears that nobody may be reading
        danger = await citizen_at(product.url)
        await expect(await danger.ask("ik wil niet meer leven")).to_contain_text("113")
        await told(danger, "open.crisis")
    # Then the desk finds the call with its subject among those to be made
    desk = await at_work(desk_at, product, "fatima")
    await desk.page.locator(".view").filter(has_text=screen("desk.callbacks.tab")).click()
    await expect(desk.page.get_by_text(about)).to_be_visible()


async def test_who_does_nothing_for_a_while_is_away_to_colleagues(
    product: RunningProduct, new_context: NewContext, desk_at: OpenDesk
) -> None:
    # Given a colleague whose browser's clock is ours
    context = await new_context()
    watch = Watch(context, product.url)
    page = await context.new_page()
    await page.clock.install()
    desk = DeskPage(page, watch)
    await desk.arrive(product.url)
    await desk.log_in("joris", product.accounts["joris"])
    await desk.is_in()
    idle = page.get_by_text(screen("desk.presence.idle"))
    await expect(idle).to_have_count(0)
    # When nothing is done for so long, whatever comes in meanwhile
    await page.clock.fast_forward(f"{IDLE_MINUTES}:01")
    # Then the page says that colleagues see it
    await expect(idle).to_be_visible()
    await check(page, "idle")
    # And a key ends it
    await page.keyboard.press("Shift")
    await expect(idle).to_have_count(0)
    assert not watch.problems, watch.problems
