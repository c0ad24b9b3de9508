"""What comes to a member of staff: somebody to call back, somebody in danger, a file; seen, heard and opened."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.accessibility import check
from tests.browser.conftest import NewContext, OpenCitizen, OpenDesk
from tests.browser.desk import DeskPage
from tests.browser.test_desk_together import at_work, some_words, take, waits
from tests.browser.watch import Watch
from tests.browser.words import screen
from tests.media.samples import PDF
from verbonden.running import RunningProduct

LISTEN = """() => {
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { globalThis.tones += 1; return start.apply(this, when); };
}"""
"""Counts the tones that the page really gives to the sound card."""

AWAY = """() => {
  globalThis.told = [];
  globalThis.Notification = class {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, options) {
      globalThis.told.push({ title, tag: options?.tag, body: options?.body ?? '' });
      this.close = () => {};
    }
  };
  Object.defineProperty(document, 'visibilityState', { get: () => globalThis.lookedAt ?? 'visible' });
}"""
"""What the computer itself would show (a browser without a screen has no place for it), and whether the page is looked at."""


async def in_danger(page: Page) -> None:
    """The list says so on top."""
    await expect(page.locator(".item").first.locator(".badge-spoed")).to_be_visible()


async def test_spoed_is_heard_seen_and_told_in_the_title(
    product: RunningProduct, citizen_at: OpenCitizen, new_context: NewContext
) -> None:
    context = await new_context()
    watch = Watch(context, product.url)
    await context.add_init_script(f"({LISTEN})()")
    await context.add_init_script(f"({AWAY})()")
    desk = DeskPage(await context.new_page(), watch)
    page = desk.page
    await desk.arrive(product.url)
    await desk.log_in("fatima", product.accounts["fatima"])
    await desk.is_in()
    # Given that she asked for notifications, and looks at something else
    await page.get_by_role("button", name=screen("desk.header.notifications_on")).click()
    await page.evaluate("() => { globalThis.lookedAt = 'hidden' }")
    assert await page.evaluate("() => globalThis.tones") == 0
    # When somebody is in danger
    citizen = await citizen_at(product.url)
    await citizen.ask("Ik wil niet meer leven")
    # Then it sounds, the title says so, the computer tells without a name or a word, and the list has it on top
    await page.wait_for_function("() => globalThis.tones >= 2")
    await expect(page).to_have_title(screen("desk.title_urgent"))
    await page.wait_for_function("() => globalThis.told.some((one) => one.tag === 'spoed')")
    told = await page.evaluate("() => globalThis.told.filter((one) => one.tag === 'spoed')")
    assert {one["title"] for one in told} == {screen("desk.notify.urgent")} and not any(one["body"] for one in told)
    await expect(page.locator("#assertive")).to_contain_text(screen("desk.announce.urgent"))
    await desk.look_at("waiting")
    await in_danger(page)
    # And taken it is quiet again
    await desk.open("Ik wil niet meer leven")
    await desk.claim.click()
    await expect(desk.reply).to_be_visible()
    await expect(page).not_to_have_title(screen("desk.title_urgent"))
    # And with the sound off there is none
    await page.get_by_role("button", name=screen("desk.header.sound_off")).click()
    before = await page.evaluate("() => globalThis.tones")
    other = await citizen_at(product.url)
    await other.ask("Ik wil dood")
    await expect(page).to_have_title(screen("desk.title_urgent"))
    assert await page.evaluate("() => globalThis.tones") == before
    await desk.close("answered")
    await desk.look_at("waiting")
    await desk.open("Ik wil dood")
    await desk.claim.click()
    await expect(desk.reply).to_be_visible()
    await desk.close("answered")
    assert not watch.problems, watch.problems


async def test_a_file_of_the_citizen_is_opened_at_the_desk(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    words, citizen = some_words(), await citizen_at(product.url)
    await waits(citizen, words)
    desk = await at_work(desk_at, product, "fatima")
    await take(desk, words)
    # When the citizen sends a letter, it stands in the conversation with its name, and opens as it was sent
    chooser = citizen.page.get_by_label(screen("chat.file.attach"))
    await chooser.set_input_files({"name": "brief van de gemeente.pdf", "mimeType": "application/pdf", "buffer": PDF})
    file = desk.page.locator(".message-citizen").get_by_role("link", name="brief van de gemeente.pdf")
    await expect(file).to_be_visible()
    await check(desk.page, "a file of the citizen")
    address = str(await file.evaluate("(link) => link.href"))
    answer = await desk.page.request.get(address)
    assert (answer.status, await answer.body()) == (200, PDF)
    assert "attachment" in answer.headers["content-disposition"] or "sandbox" in answer.headers["content-security-policy"]
    # And who has nothing to do with it gets nothing
    assert (await citizen.page.request.get(address)).status == 401
    await desk.close("answered")


async def test_somebody_is_called_back(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    # Given a citizen who asks to be called
    citizen = await citizen_at(product.url)
    await citizen.ask("Mijn huurtoeslag is gestopt. Hoe kan dat?")
    await citizen.ask("Kunt u mij terugbellen?")
    await citizen.ask("06 12345678")
    agreed = await citizen.press("uur")
    current = (await (await citizen.page.request.get(f"{product.url}/api/web/callback")).json())["current"]
    moment = current["words"]
    assert current["number"] == "06 … 78" and current["state"] == "open"
    await expect(agreed).to_contain_text(moment)
    # When staff opens the list: when, what about, and a number that cannot be read yet
    desk = await at_work(desk_at, product, "fatima")
    page = desk.page
    await page.locator(".view").filter(has_text=screen("desk.callbacks.tab")).click()
    conversation = await citizen.conversation()
    row = desk.items.filter(has_text="huurtoeslag").filter(has_text=moment).last
    await expect(row).to_be_visible()
    listed = await page.request.get(f"{product.url}/api/balie/callbacks")
    assert "12345678" not in await listed.text()
    await check(page, "the list of who is called back")
    await row.click()
    await expect(page.locator(".call")).to_contain_text(moment)
    await check(page, "somebody to call")
    # Then who takes it reads the number, and the citizen reads who will call
    await page.get_by_role("button", name=screen("desk.callbacks.take")).click()
    await expect(page.locator("a.call-number")).to_have_attribute("href", "tel:0612345678")
    await expect(citizen.from_system.last).to_contain_text("Fatima")
    await check(page, "calling")
    await page.get_by_label(screen("desk.callbacks.note")).fill("Uitgelegd")
    await page.get_by_role("button", name=screen("desk.callbacks.answered")).click()
    await expect(citizen.state).to_contain_text(screen("chat.state.closed"))
    left = await (await page.request.get(f"{product.url}/api/balie/callbacks")).json()
    assert conversation not in {each["conversation"] for each in left["items"]}
