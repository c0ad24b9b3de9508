"""One conversation at the desk, with everything that is done to it from taking it to closing it, and what can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.async_api import expect

from tests.browser.accessibility import check
from tests.browser.conftest import OpenCitizen, OpenDesk
from tests.browser.test_desk_together import at_work, some_words, take, waits
from tests.browser.words import answer, screen
from verbonden.running import RunningProduct

CASE = "ZAAK-2026-0000000001"


async def test_from_taking_to_closing(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    words, citizen = some_words(), await citizen_at(product.url)
    await waits(citizen, words)
    desk = await at_work(desk_at, product, "sanne")
    desk.watch.allow(r"status of 404 .*/lookup$")
    page = desk.page
    # Which keys there are is one key away; and who has a break says so, and it is still so after a reload
    await page.keyboard.press("?")
    await expect(desk.dialog.get_by_role("heading", name=screen("desk.help.heading"))).to_be_visible()
    await page.keyboard.press("Escape")
    presence = page.get_by_label(screen("desk.presence.label"))
    async with page.expect_response("**/presence"):
        await presence.select_option("pauze")
    await page.reload()
    await expect(presence).to_have_value("pauze")
    await presence.select_option("aanwezig")
    # Put back by a slip, and taken again; offered to others, and that is taken back too
    await take(desk, words)
    await desk.press("desk.conversation.requeue")
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"))
    await desk.undo()
    await expect(citizen.state).to_contain_text("Sanne Postma")
    await desk.give_to("Werk en uitkering")
    await desk.press("desk.transfer.withdraw")
    await expect(desk.banner).to_have_count(0)
    # The bot looks up a case with what the citizen told; a wrong date finds nothing and stays to be put right
    await page.locator(".lookup summary").click()
    await page.get_by_label(screen("desk.cases.number")).fill(CASE)
    factor = page.get_by_label(screen("desk.cases.factor"))
    for day in ("1 januari 1990", "12 maart 1980"):
        await factor.fill(day)
        await page.get_by_role("button", name=screen("desk.cases.submit"), exact=True).click()
        if day == "1 januari 1990":
            await expect(desk.notice).to_contain_text(answer("balie.case_not_found"))
            await expect(page.locator(".standing")).to_have_count(0)
    await expect(page.locator(".standing")).to_contain_text(CASE)
    # Whatever colours she has chosen, nothing of it is unclear
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await check(page, "conversation in the dark")
    await page.emulate_media(color_scheme="light", contrast="more")
    await check(page, "conversation with more contrast")
    await page.emulate_media(contrast="no-preference")
    # Given back with what the bot must tell; a subject that it does not know is not left out in silence
    await desk.press("desk.conversation.return")
    subject = desk.dialog.get_by_label(screen("desk.return.product"))
    await subject.fill("iets met huren")
    await desk.dialog.get_by_role("button", name=screen("desk.return.submit")).click()
    assert await subject.evaluate("(field) => field.validationMessage") == screen("desk.return.product_unknown")
    await subject.fill("Huurtoeslag")
    await desk.dialog.get_by_role("button", name=screen("desk.return.submit")).click()
    await expect(citizen.page.locator(".message-bot").last).to_contain_text("huurtoeslag", ignore_case=True)
    await expect(citizen.state).to_contain_text(screen("chat.state.bot"))
    # Taken back from the bot, and closed with what must still be done: who opens it later reads what and for when
    await desk.undo()
    await expect(desk.reply).to_be_visible()
    await page.locator(".head").get_by_role("button", name=screen("desk.conversation.close")).click()
    await desk.dialog.get_by_label(screen("desk.close.task")).fill("Bel de verhuurder")
    await desk.dialog.get_by_label(screen("desk.close.day")).fill((date.today() + timedelta(days=40)).isoformat())
    await page.keyboard.press("Escape")  # looks once more; what was filled in stays
    # The first time there is no answer: the form says so and stays; after the second the focus is where the work goes on
    desk.watch.allow(r"ERR_FAILED .*/close$")
    await page.route("**/close", lambda route: route.abort(), times=1)
    await page.locator(".head").get_by_role("button", name=screen("desk.conversation.close")).click()
    await desk.dialog.get_by_label(screen("desk.close.outcomes.answered")).check()
    await desk.dialog.get_by_role("button", name=screen("desk.close.submit")).click()
    await expect(desk.dialog.get_by_role("alert").last).to_have_text(screen("desk.error.network"))
    await check(page, "closing without an answer")
    await page.keyboard.press("Escape")
    await desk.close("answered", "Uitgelegd.")
    await expect(page.locator("#conversation-heading")).to_be_focused()
    closing = page.locator(".closing")
    for part in (screen("desk.close.outcomes.answered"), "Uitgelegd.", "Bel de verhuurder", "Sanne Postma"):
        await expect(closing).to_contain_text(part)
    await check(page, "closed, with what must still be done")
    # And of all this the citizen saw no case number: nobody knows who they are
    await citizen.caught_up()
    await expect(citizen.page.get_by_text(CASE)).to_have_count(0)
