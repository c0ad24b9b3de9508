"""A citizen logs in with DigiD and sees how far their cases are: a real browser, and the certified provider of the demo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import select

from loket.store import Store
from loket.store.login import DigidSession
from loket.store.schema import Message
from tests.browser import accessibility
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.words import screen
from tests.product.support import TEXTS
from verbonden.running import RunningProduct

LINK, BACK = "Inloggen met DigiD", "/digid/terug"
PATIENCE = ANSWER_SECONDS * 1000


@pytest_asyncio.fixture
async def citizen(product: RunningProduct, new_context: Callable[..., Awaitable[BrowserContext]]) -> Citizen:
    """A citizen on the first screen. Not watched: to go to the provider and back is to go to another site."""
    context = await new_context()
    citizen = Citizen(await context.new_page(), None)  # type: ignore[arg-type]
    await citizen.arrive(product.url)
    return citizen


async def to_the_provider(citizen: Citizen) -> None:
    """Ask for a case and follow the link, in the same window."""
    await citizen.ask("Hoe ver is mijn zaak?")
    await citizen.page.get_by_role("link", name=LINK).last.click()
    await expect(citizen.page.get_by_role("button", name="Sanne Vermeulen")).to_be_visible(timeout=PATIENCE)


async def log_in(citizen: Citizen, product: RunningProduct, name: str) -> None:
    """As one of the demo citizens."""
    await to_the_provider(citizen)
    await citizen.page.get_by_role("button", name=name).click()
    await citizen.page.wait_for_url(f"{product.url}/", timeout=PATIENCE)
    await expect(citizen.page.locator(".trust")).to_contain_text(screen("chat.trust.digid"), timeout=PATIENCE)


async def test_log_in_choose_ask_and_log_out(citizen: Citizen, product: RunningProduct) -> None:
    page = citizen.page
    conversation = await citizen.conversation()
    before = {c["name"]: c["value"] for c in await page.context.cookies()}
    # When Karim logs in, on a page that is clearly no DigiD
    await to_the_provider(citizen)
    await accessibility.check(page, "the log-in of the demonstration")
    await expect(page.locator(".let-op")).to_contain_text("niet de echte DigiD")
    await page.get_by_role("button", name="Karim Amrani").click()
    await page.wait_for_url(f"{product.url}/", timeout=PATIENCE)
    # Then he is in the same conversation, with another cookie, and may choose from his two cases
    assert await citizen.conversation() == conversation
    after = {c["name"]: c["value"] for c in await page.context.cookies()}
    assert after["verbonden_session"] != before["verbonden_session"], "the session is rotated"
    await expect(citizen.said("Ik ben ingelogd met DigiD.")).to_be_visible(timeout=PATIENCE)
    await expect(citizen.quick_replies.filter(has_text="wasmachine")).to_be_visible(timeout=PATIENCE)
    await accessibility.check(page, "the list of cases")
    answer = await citizen.press("wasmachine")
    await expect(answer).to_contain_text("te laat")
    await expect(citizen.card).to_contain_text("ZAAK-2026-0000000002")
    # And questions that follow are about that case, and then about the other
    await expect(await citizen.ask("wat is er al gedaan?")).to_contain_text("Gegevens controleren")
    await expect(await citizen.ask("en die andere?")).to_contain_text("ZAAK-2026-0000000015")
    await expect(await citizen.ask("wie heeft mijn gegevens bekeken?")).to_contain_text("ingelogd met uw DigiD")
    # When he logs out, here and at the provider
    await page.get_by_role("button", name=screen("chat.trust.log_out")).click()
    await expect(page.get_by_role("heading", name="U bent bijna uitgelogd")).to_be_visible(timeout=PATIENCE)
    await page.get_by_role("button", name="Uitloggen").click()
    await expect(page.get_by_role("heading", name="U bent uitgelogd")).to_be_visible(timeout=PATIENCE)
    await accessibility.check(page, "logged out")
    await page.get_by_role("link", name="Terug naar het gesprek").click()
    # Then nothing of his cases is on the screen any more
    await expect(page.locator(".message-system").last).to_contain_text("U bent uitgelogd", timeout=PATIENCE)
    await expect(page.locator(".trust")).to_have_count(0)
    whole = " ".join(await citizen.transcript())
    assert "wasmachine" not in whole and "ZAAK-2026-0000000015" not in whole and TEXTS.line("digid.verborgen") in whole


async def test_the_number_is_sealed_in_the_store_and_in_no_message(citizen: Citizen, product: RunningProduct) -> None:
    await log_in(citizen, product, "Rosa Martins")
    await expect(citizen.card).to_contain_text("ZAAK-2026-0000000007", timeout=PATIENCE)
    store = Store.connect(product.database_url)
    async with store.read() as session:
        row = await session.get_one(DigidSession, await citizen.conversation())
        assert "999992211" not in row.sealed_bsn
        said = list(await session.scalars(select(Message.text)))
    assert said and not any("999992211" in text for text in said)
    await store.close()
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (product.var / "log").glob("*.log")]
    assert not any("999992211" in log for log in logs)


def changed(url: str, **query: str) -> str:
    """The address with other values."""
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode({**given, **query})))


async def caught(page: Page, name: str) -> str:
    """The address with which the provider sends the browser back, for the demo citizen `name`; it is not followed."""
    chosen = await page.get_by_role("button", name=name).get_attribute("value")
    here, ask = page.url, page.context.request  # with the cookies of this browser
    answer = await ask.post(here, form={"persoon": str(chosen)}, max_redirects=0)
    while True:
        here = urljoin(here, answer.headers["location"])
        if BACK in here:
            return here
        answer = await ask.get(here, max_redirects=0)


@pytest.mark.parametrize("change", [{"state": "verzonnen"}, {"iss": "https://ander.example"}, {"code": "verzonnen"}])
async def test_a_tampered_answer_logs_nobody_in(citizen: Citizen, product: RunningProduct, change: dict[str, str]) -> None:
    await to_the_provider(citizen)
    address = await caught(citizen.page, "Sanne Vermeulen")
    await citizen.page.goto(changed(address, **change))
    await expect(citizen.page.get_by_role("heading", name="Inloggen is niet gelukt")).to_be_visible()
    await citizen.page.get_by_role("link", name="Terug naar het gesprek").click()
    await expect(citizen.state).to_be_visible()
    await expect(citizen.page.locator(".trust")).to_have_count(0)


async def test_an_answer_works_once_and_only_in_its_own_browser(
    citizen: Citizen, product: RunningProduct, new_context: Callable[..., Awaitable[BrowserContext]]
) -> None:
    await to_the_provider(citizen)
    address = await caught(citizen.page, "Sanne Vermeulen")
    # Given somebody else who got hold of it, in a browser with a conversation of its own
    other = Citizen(await (await new_context()).new_page(), None)  # type: ignore[arg-type]
    await other.arrive(product.url)
    await other.page.goto(address)
    await expect(other.page.get_by_role("heading", name="Inloggen is niet gelukt")).to_be_visible()
    # Then it still works for who it is meant for, once
    await citizen.page.goto(address)
    await expect(citizen.page.locator(".trust")).to_contain_text(screen("chat.trust.digid"), timeout=PATIENCE)
    await citizen.page.goto(address)
    await expect(citizen.page.get_by_role("heading", name="Inloggen is niet gelukt")).to_be_visible()


async def test_who_stops_goes_back_to_the_conversation(citizen: Citizen, product: RunningProduct) -> None:
    await to_the_provider(citizen)
    await citizen.page.get_by_role("button", name="Stoppen").click()
    await expect(citizen.page.get_by_role("heading", name="U bent niet ingelogd")).to_be_visible(timeout=PATIENCE)
    await accessibility.check(citizen.page, "stopped")


async def test_a_link_from_a_telephone_works_once(
    citizen: Citizen, product: RunningProduct, new_context: Callable[..., Awaitable[BrowserContext]]
) -> None:
    # Given a link for this conversation that is opened in a browser without it
    await citizen.ask("Hoe ver is mijn zaak?")
    href = await citizen.page.get_by_role("link", name=LINK).last.get_attribute("href")
    token = parse_qs(urlsplit(str(href)).query)["link"][0]
    telephone = await (await new_context()).new_page()
    await telephone.goto(f"{product.url}/i/{token}")
    await accessibility.check(telephone, "the page of the link")
    await telephone.reload()  # to look is not to use
    await telephone.get_by_role("button", name="Verder naar DigiD").click()
    await telephone.get_by_role("button", name="Sanne Vermeulen").click(timeout=PATIENCE)
    await expect(telephone.get_by_role("heading", name="U bent ingelogd")).to_be_visible(timeout=PATIENCE)
    # Then the conversation goes on where it was
    await expect(citizen.page.locator(".trust")).to_contain_text(screen("chat.trust.digid"), timeout=PATIENCE)
    await expect(citizen.quick_replies.filter(has_text="Parkeervergunning").first).to_be_visible(timeout=PATIENCE)
    # And the link is used up
    await telephone.goto(f"{product.url}/i/{token}")
    await expect(telephone.get_by_role("heading", name="Deze link is al gebruikt")).to_be_visible()
