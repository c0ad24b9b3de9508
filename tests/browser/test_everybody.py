"""The citizen's page for everybody: by keyboard alone, heard, copied, read aloud, at 400 % zoom, in one's own colours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import NewContext, OpenCitizen
from tests.browser.watch import Watch
from tests.browser.words import list_of, screen
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return (one.labels?.[0] ?? one).innerText.trim();
}"""
"""What the focus is on, by its words."""

ZOOM_400: Any = {"width": 320, "height": 256}
"""A window of 1280 by 1024 at 400 %: WCAG 2.2, 1.4.10 Reflow."""

VOICES = """() => {
  globalThis.heard = [];
  let current;
  const end = (error) => {
    current?.dispatchEvent(new SpeechSynthesisErrorEvent('error', { utterance: current, error }));
    current = undefined;
  };
  SpeechSynthesis.prototype.getVoices = () => [{ lang: 'nl_NL' }, { lang: 'en-GB' }];
  SpeechSynthesis.prototype.speak = (words) => {
    current = words;
    globalThis.heard.push({ words: words.text, language: words.lang });
    words.dispatchEvent(new SpeechSynthesisEvent('start', { utterance: words }));
  };
  SpeechSynthesis.prototype.cancel = () => end('canceled');
}"""
"""A device with a Dutch and an English voice: what is asked of them. The browser of the tests itself has none."""

CONTROLS = {"button", "link", "textbox", "radio", "checkbox", "combobox", "menuitem"}


async def tab_to(page: Page, words: str, most: int = 40) -> None:
    """Press Tab until the focus is on something with these words. Raises AssertionError when it never comes there."""
    seen = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        seen.append(await page.evaluate(FOCUSED))
        if words == seen[-1]:
            return
    raise AssertionError(f"the keyboard does not reach {words!r}, only {seen}")


async def test_by_keyboard_alone(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    """No mouse: the skip link, a ready question, the menu, a quick reply, typing, being called back."""
    citizen = await citizen_at(product.url)
    page = citizen.page
    await tab_to(page, screen("page.skip"))
    await page.keyboard.press("Enter")
    await tab_to(page, list_of("chat.start.examples")[1])
    await page.keyboard.press("Enter")
    # The button that was pressed is gone; the focus is where the talk goes on, and the answer does not move it.
    await expect(citizen.input).to_be_focused()
    await citizen.answer_to(list_of("chat.start.examples")[1])
    await expect(citizen.input).to_be_focused()
    await page.keyboard.type("Hoe vraag ik een nieuw paspoort aan?")
    await page.keyboard.press("Enter")
    # Only when all of the answer is there do its quick replies stay where they are.
    await citizen.answer_to("Hoe vraag ik een nieuw paspoort aan?")
    await citizen.caught_up()
    await expect(citizen.quick_replies.first).to_be_visible()
    await expect(citizen.input).to_be_focused()
    # Backwards to the quick replies
    for _ in range(20):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate(FOCUSED) == (await citizen.quick_replies.last.inner_text()).strip():
            break
    await page.keyboard.press("Enter")
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"), timeout=SOON)
    # A dialog holds the focus, and gives it back
    call = page.get_by_role("button", name=screen("chat.composer.call"))
    await expect(call).to_be_visible()
    await tab_to(page, screen("chat.composer.call"))
    await page.keyboard.press("Enter")
    number = page.get_by_label(screen("chat.callback.number"))
    await expect(number).to_be_focused()
    await page.keyboard.type("0612345678")
    await expect(page.get_by_role("radio").first).to_be_visible(timeout=SOON)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("radio").first).to_be_checked()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(call).to_be_focused()


async def tree(page: Page) -> list[dict[str, Any]]:
    """What the browser tells assistive technology, without what is ignored."""
    session = await page.context.new_cdp_session(page)
    try:
        nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    finally:
        await session.detach()
    return [node for node in nodes if not node.get("ignored")]


def role(node: dict[str, Any]) -> str:
    """Its role."""
    return str(node["role"]["value"])


def name(node: dict[str, Any]) -> str:
    """Its accessible name."""
    return str(node.get("name", {}).get("value", "")).strip()


async def test_what_a_screen_reader_hears(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    """Everything that can be used has a name, who speaks is heard, and new messages are announced once."""
    citizen = await citizen_at(product.url)
    page = citizen.page
    await citizen.ask("Hoe ver is ZAAK-2026-0000000002?")
    await citizen.ask("30 juli 1991")
    await expect(citizen.card).to_be_visible()
    nodes = await tree(page)
    nameless = [role(node) for node in nodes if role(node) in CONTROLS and not name(node)]
    assert not nameless
    names = {(role(node), name(node)) for node in nodes}
    for wanted in (
        ("textbox", screen("chat.composer.label")),
        ("button", screen("chat.composer.send")),
        ("button", screen("chat.composer.human")),
        ("button", screen("chat.tools.menu")),
        ("button", screen("chat.tools.language")),
        ("button", screen("chat.message.copy")),
        ("region", screen("chat.messages")),
    ):
        assert wanted in names, wanted
    # The picture of the case is heard as words: where it is, of how many steps, and that it is late.
    heard = " ".join(name(node) for node in nodes if role(node) == "StaticText")
    for part in (screen("chat.card.current"), screen("chat.author.computer")):
        assert part in heard
    # Only what is new was announced, each message once.
    announced = await page.locator(".announcer p").all_inner_texts()
    assert len(announced) == len(set(announced))
    await page.reload()
    await expect(citizen.card).to_be_visible()
    await expect(page.locator(".announcer p")).to_have_count(0)


async def test_a_message_is_copied_and_read_aloud(product: RunningProduct, new_context: NewContext) -> None:
    context = await new_context(permissions=["clipboard-read", "clipboard-write"])
    watch = Watch(context, product.url)
    await context.add_init_script(f"({VOICES})()")
    citizen = Citizen(await context.new_page(), watch)
    page = citizen.page
    await citizen.arrive(product.url)
    await citizen.ask("Heb ik recht op huurtoeslag?")
    await citizen.caught_up()
    message = page.locator(".message-bot").filter(has=page.locator("a.way[href^=http]")).last
    # Copied: its words and where its links go, and it says so to who sees and to who hears
    await message.get_by_role("button", name=screen("chat.message.copy")).click()
    await expect(message.get_by_text(screen("chat.message.copied"))).to_be_visible()
    await expect(page.locator(".announcer")).to_contain_text(screen("chat.message.copied"))
    copied = str(await page.evaluate("navigator.clipboard.readText()"))
    spoken = (await message.locator(".line").first.inner_text()).strip()
    assert copied.startswith(spoken)
    assert str(await message.locator("a.way[href^=http]").first.get_attribute("href")) in copied
    await check(page, "a message that was copied")
    # Read aloud in Dutch; the same button stops it
    await message.get_by_role("button", name=screen("chat.message.read")).click()
    await message.get_by_role("button", name=screen("chat.message.read_stop")).click()
    await expect(message.get_by_role("button", name=screen("chat.message.read"))).to_be_visible()
    [heard] = await page.evaluate("heard")
    assert heard["language"] == "nl-NL" and heard["words"].startswith(spoken) and "http" not in heard["words"]
    await expect(message.locator(".tool-note")).to_have_count(0)
    # What comes is read by itself for who wants that, in its own language
    await page.get_by_role("button", name=screen("chat.tools.menu"), exact=True).click()
    await page.get_by_role("button", name=screen("chat.tools.read_on")).click()
    await page.get_by_role("button", name=screen("chat.tools.language")).click()
    await page.get_by_role("button", name=screen("chat.languages.en")).click()
    await expect(page.locator(".bubble [lang=en]")).to_have_count(1)
    assert [each["language"] for each in await page.evaluate("heard")] == ["nl-NL", "en"]
    # And for whose language this device has no voice there are words instead
    await page.get_by_role("button", name=screen("chat.tools.language")).click()
    await page.get_by_role("button", name=screen("chat.languages.tr")).click()
    await expect(page.locator(".tool-note")).to_have_text(screen("chat.message.read_failed"))
    assert len(await page.evaluate("heard")) == 2
    assert not watch.problems, watch.problems


async def test_without_voices_or_a_clipboard_it_says_so(product: RunningProduct, new_context: NewContext) -> None:
    context = await new_context()
    await context.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    watch = Watch(context, product.url)
    citizen = Citizen(await context.new_page(), watch)
    await citizen.arrive(product.url)
    await citizen.ask("Heb ik recht op huurtoeslag?")
    await citizen.caught_up()
    message = citizen.page.locator(".message-bot").last
    for button, words in (("read", "read_failed"), ("copy", "copy_failed")):
        await message.get_by_role("button", name=screen(f"chat.message.{button}")).click()
        await expect(message.locator(".tool-note")).to_have_text(screen(f"chat.message.{words}"))
        await expect(citizen.page.locator(".announcer")).to_contain_text(screen(f"chat.message.{words}"))
    assert not watch.problems, watch.problems


@pytest.mark.parametrize(
    "reader",
    [
        {"forced_colors": "active"},
        {"color_scheme": "dark", "reduced_motion": "reduce"},
        {"contrast": "more"},
    ],
    ids=["forced colours", "dark, without motion", "more contrast"],
)
async def test_at_400_percent(product: RunningProduct, new_context: NewContext, reader: dict[str, Any]) -> None:
    """Nothing is scrolled sideways, nothing is cut off, whatever colours the reader has; axe agrees."""
    context = await new_context(**reader)
    watch = Watch(context, product.url)
    citizen = Citizen(await context.new_page(), watch)
    page = citizen.page
    await page.set_viewport_size(ZOOM_400)
    await citizen.arrive(product.url)
    await fits(page, "first screen")
    await citizen.ask("Hoe ver is ZAAK-2026-0000000002?")
    await citizen.ask("30 juli 1991")
    await expect(citizen.card).to_be_visible()
    await fits(page, "case")
    await citizen.say("ik wil een mens")
    await page.get_by_role("button", name=screen("chat.composer.call")).click(timeout=SOON)
    await expect(page.locator(".choice").first).to_be_visible()
    await fits(page, "dialog")
    await page.keyboard.press("Escape")
    if reader.get("reduced_motion"):
        moving = "document.getAnimations().length"
        assert await page.evaluate(moving) == 0
    # In forced colours the browser decides every colour, and axe does not know which; it still judges names, roles and order.
    await check(page, str(reader), ("color-contrast",) if "forced_colors" in reader else ())
    assert not watch.problems, watch.problems


async def fits(page: Page, state: str) -> None:
    """Nothing is wider than the window, in the page or in the chat."""
    wide = await page.evaluate(
        """() => {
          const inside = document.querySelector('verbonden-chat').shadowRoot;
          const found = [...inside.querySelectorAll('*')].filter((one) => {
            const { left, right, width } = one.getBoundingClientRect();
            return width > 1 && (right > innerWidth + 1 || left < -1);
          }).map((one) => one.className || one.tagName);
          return document.documentElement.scrollWidth > innerWidth ? ['page', ...found] : found;
        }"""
    )
    assert not wide, f"{state}: wider than the window: {wide}"


async def test_the_first_interaction_on_a_slow_line(product: RunningProduct, new_context: NewContext) -> None:
    """On a slow 4G line (150 ms there and back, 1.6 Mbit/s) a citizen can type within a second.

    The second is for the line: what this busy machine itself needs is measured without the emulation, and taken off.
    """
    context = await new_context()
    ready = """() => new Promise((done) => {
      const look = () => {
        if (document.querySelector('verbonden-chat')?.shadowRoot?.querySelector('#text')) done(performance.now());
        else setTimeout(look, 5);
      };
      look();
    })"""

    async def seconds(slow: bool) -> float:
        page = await context.new_page()
        line = await context.new_cdp_session(page)
        await line.send("Network.enable")
        await line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        if slow:
            rate = 1.6e6 / 8
            await line.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": 150, "downloadThroughput": rate, "uploadThroughput": rate / 2},
            )
        await page.goto(product.url, wait_until="commit")
        took = float(await page.evaluate(ready)) / 1000
        await page.close()
        return took

    here = min([await seconds(slow=False) for _ in range(3)])
    there = min([await seconds(slow=True) for _ in range(3)])
    for _ in range(5):  # the line is as fast as its best; a machine that does other work only makes it slower
        if there - here < 1.0:
            break
        there = min(there, await seconds(slow=True))
    assert there > here, "the slow line was not slow: this measured nothing"
    assert there - here < 1.0, f"{there:.2f} s on the slow line, {here:.2f} s without it"
