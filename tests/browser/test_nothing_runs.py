"""Script, markup and signs that turn words around, in everything that others write: shown as text, to whoever reads it.

The policy of the pages (Content-Security-Policy) is switched off in these browsers: nothing may run even without it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import select, update

from loket.store import Store
from loket.store.schema import Conversation, Message
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import NewContext
from tests.browser.desk import DeskPage
from tests.browser.test_desk_together import some_words
from tests.browser.watch import Watch
from tests.browser.words import screen
from tests.media.samples import PDF
from tests.product.support import TEXTS
from tests.product.test_telephone import Phone
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
RUNS = "window.ran=1"
LINES = (
    f"<img src=x onerror={RUNS}>",
    f"<script>{RUNS}</script>",
    f"<svg onload={RUNS}></svg>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    f"[klik hier](javascript:{RUNS})",
    f"javascript:{RUNS}",
    f'"><b class=forged onmouseover="{RUNS}">vet</b>',
    "**vet** &lt;b&gt; &#60;i&#62; ${7*7} {{7*7}}",
)
TURNED = "factuur\u202egpj.exe"
FORGED = (
    "img[src=x], iframe, .forged, [onerror], [onload], [onmouseover], [srcdoc], a[href^='javascript' i], "
    ".bubble script, .item script, .summary script, .side script, .card script"
)
ASKED = "ik wil een mens"


@pytest_asyncio.fixture
async def naked(new_context: NewContext) -> Any:
    """`await naked(url)`: a page and its watch, in a browser that does not enforce the policy of pages."""
    watches: list[Watch] = []

    async def arrive(url: str) -> tuple[Page, Watch]:
        context = await new_context(bypass_csp=True)
        watches.append(Watch(context, url))
        return await context.new_page(), watches[-1]

    yield arrive
    assert not [problem for watch in watches for problem in watch.problems]


async def nothing_ran(page: Page) -> None:
    """Nothing of what others wrote became a part of the page."""
    await expect(page.locator(FORGED)).to_have_count(0)
    assert await page.evaluate("typeof window.ran") == "undefined"


async def read_on(page: Page, where: str) -> None:
    """Every line is in one place of the page, letter by letter."""
    place = page.locator(where).filter(has_text=LINES[-1]).first
    await expect(place).to_be_visible(timeout=SOON)
    for line in LINES:
        await expect(place).to_contain_text(line, timeout=SOON)


async def test_the_trap_works(naked: Any, product: RunningProduct) -> None:
    """Where text is taken for markup, the first line does run: else the tests below would show nothing."""
    page, _ = await naked(product.url)
    await page.goto("about:blank")
    await page.evaluate("line => { document.body.innerHTML = line }", LINES[0].replace("src=x", "src=data:,"))
    await page.wait_for_function("window.ran === 1")


async def test_in_the_chat_at_the_desk_and_in_the_transcript(naked: Any, product: RunningProduct, tmp_path: Path) -> None:
    # Given a citizen who writes all of it to the bot, then to the queue
    words, (page, watch) = some_words(), await naked(product.url)
    citizen = Citizen(page, watch)
    await citizen.arrive(product.url)
    await citizen.ask("\n".join(LINES))
    await citizen.ask(ASKED)
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"), timeout=SOON)
    await citizen.say(f"{words} {LINES[0]} {TURNED}")
    await expect(page.locator(".message-citizen[data-seq]").last).to_contain_text(words)
    conversation = await citizen.conversation()
    await _case_with_markup(product, conversation)

    # When it is read at the desk: in the list, in the conversation, in the summary and in the cases
    page, watch = await naked(product.url)
    desk = DeskPage(page, watch)
    await desk.arrive(product.url)
    await desk.log_in("fatima", product.accounts["fatima"])
    await desk.is_in()
    await desk.find(words)
    await expect(desk.item(words)).to_contain_text(LINES[0], timeout=SOON)
    await desk.open(words)
    await read_on(page, ".message-citizen .bubble")
    assert "\u202e" not in await page.locator("body").inner_text(), "a sign that turns letters around is shown nowhere"
    await expect(page.locator(".card")).to_contain_text(LINES[1])
    await expect(page.locator(".card")).to_contain_text(LINES[2])
    await expect(page.locator(".standings")).to_contain_text(LINES[0], timeout=SOON)
    await expect(page.locator(".summary")).to_contain_text(LINES[0])
    await nothing_ran(page)

    # And a file is sent to who took it, and a note and an answer hold it too
    await desk.claim.click()
    await expect(desk.reply).to_be_visible(timeout=SOON)
    file = {"name": f'{LINES[0]}"{TURNED}.pdf', "mimeType": "application/pdf", "buffer": PDF}
    await citizen.page.get_by_label(screen("chat.file.attach")).set_input_files(file)  # type: ignore[arg-type]
    await expect(page.locator(".files")).to_contain_text(".pdf", timeout=SOON)
    assert not set(await page.locator(".files").inner_text()) & set('<>"\u202e')
    await desk.note(LINES[0])
    await expect(desk.notes.last).to_contain_text(LINES[0])
    await desk.answer("\n".join(LINES))

    # Then the citizen, whose employee has a strange name, reads the same words
    await expect(citizen.from_human.last).to_contain_text(LINES[0], timeout=SOON)
    await _employee_with_markup(product, conversation)
    await citizen.page.reload()
    await expect(citizen.state).to_contain_text(LINES[0], timeout=SOON)
    await read_on(citizen.page, ".message-human .bubble")
    await expect(citizen.page.locator(".card")).to_contain_text(LINES[1])
    await nothing_ran(page)
    await nothing_ran(citizen.page)

    # And so they do in the page that they keep, opened from their own disk
    answer = await citizen.page.request.get(f"{product.url}/api/web/transcript?form=html")
    kept = tmp_path / "gesprek.html"
    kept.write_bytes(await answer.body())
    tab = await citizen.page.context.new_page()
    citizen.watch.welcome(kept.as_uri())
    await tab.goto(kept.as_uri())
    await read_on(tab, "article p")
    await nothing_ran(tab)
    await tab.close()
    await desk.close("answered")


async def test_from_a_telephone(naked: Any, product: RunningProduct) -> None:
    # Given who calls himself a script on WhatsApp, and writes one
    words = some_words()
    page, watch = await naked(product.url)
    async with aiohttp.ClientSession() as http:
        phone = Phone(product.twilio_url, f"+316100{secrets.randbelow(90000) + 10000}", "whatsapp", http)
        await phone.send(ASKED, name=LINES[0])
        await phone.until(TEXTS.render("mens.overdracht").text)
        await phone.send(f"{words} {LINES[1]}", name=f"{LINES[2]}{TURNED}")
        await phone.accepted()
        # When it is read at the desk, then it is text
        desk = DeskPage(page, watch)
        await desk.arrive(product.url)
        await desk.log_in("fatima", product.accounts["fatima"])
        await desk.is_in()
        await desk.find(words)
        await expect(desk.item(words)).to_contain_text(LINES[1], timeout=SOON)
        await desk.open(words)
        await expect(desk.heard(words)).to_contain_text(LINES[1])
        await nothing_ran(page)
        assert "\u202e" not in await page.locator("body").inner_text()
        await desk.claim.click()
        await desk.close("answered")


async def _case_with_markup(product: RunningProduct, conversation: str) -> None:
    """A case system that gives markup: in a card, in a link, and in what is remembered of a case."""
    store = Store.connect(product.database_url)
    async with store.write() as session:
        row = await session.get_one(Conversation, conversation)
        row.facts = {**row.facts, "zaken": {"1": {"nummer": LINES[0][:40], "stand": LINES[1], "uuid": "geen", "systeem": "geen"}}}
        said = await session.scalar(
            select(Message).where(Message.conversation_id == conversation, Message.author == "bot").order_by(Message.seq).limit(1)
        )
        assert said is not None
        card = {"number": LINES[0][:40], "title": LINES[1], "due": None, "late": False,
                "steps": [{"title": LINES[2], "state": "current", "at": None}]}
        urls = (f"javascript:{RUNS}", f'https://x.nl/" onmouseover="{RUNS}')
        links = [{"title": LINES[0], "url": url} for url in urls]
        said.content = {**(said.content or {}), "card": card, "links": links}
    await store.close()


async def _employee_with_markup(product: RunningProduct, conversation: str) -> None:
    """An identity provider that gives markup as the name of who works there."""
    store = Store.connect(product.database_url)
    async with store.write() as session:
        await session.execute(update(Conversation).where(Conversation.id == conversation).values(owner_name=LINES[0]))
        of_humans = (Message.conversation_id == conversation, Message.author == "human")
        await session.execute(update(Message).where(*of_humans).values(author_name=LINES[0]))
    await store.close()
