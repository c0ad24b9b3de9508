"""A provider that gives wrong answers, in a real browser: the citizen is not logged in and reads how to go on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, expect
from sqlalchemy import func, select

from loket.store import Store
from loket.store.login import DigidSession
from loket.store.schema import Conversation
from tests.browser import accessibility
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.words import page_title, screen
from tests.identity.provider import CLIENT_ID, SECRET, HostileProvider, new_key, unsigned
from verbonden.running import NotRunning, RunningProduct, running_product

LINK = "Inloggen met DigiD"
PATIENCE = ANSWER_SECONDS * 1000
Setting = tuple[RunningProduct, HostileProvider]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def setting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setting]:
    """A product that was told to trust a provider which does not deserve it."""
    async with HostileProvider() as provider:
        environment = {"VERBONDEN_DIGID_ISSUER": provider.issuer, "VERBONDEN_DIGID_CLIENT_ID": CLIENT_ID,
                       "VERBONDEN_DIGID_CLIENT_SECRET": SECRET}
        try:
            with running_product(tmp_path_factory.mktemp("hostile"), environment) as product:
                yield product, provider
        except NotRunning as error:
            pytest.fail(f"The product does not start: {error}", pytrace=False)


@pytest_asyncio.fixture
async def citizen(setting: Setting, new_context: Callable[..., Awaitable[BrowserContext]]) -> AsyncIterator[Citizen]:
    """A citizen who was offered to log in; the provider is honest again afterwards."""
    product, provider = setting
    citizen = Citizen(await (await new_context()).new_page(), None)  # type: ignore[arg-type]
    await citizen.arrive(product.url)
    await citizen.ask("Hoe ver is mijn zaak?")
    yield citizen
    provider.claims, provider.raw_token, provider.key = lambda claims: claims, None, provider.published[0]
    provider.token_status = 200


def another_nonce(provider: HostileProvider) -> None:
    provider.claims = lambda claims: {**claims, "nonce": "van-een-ander"}


def no_nonce(provider: HostileProvider) -> None:
    provider.claims = lambda claims: {name: value for name, value in claims.items() if name != "nonce"}


def expired(provider: HostileProvider) -> None:
    provider.claims = lambda claims: {**claims, "iat": int(time.time()) - 300, "exp": int(time.time()) - 60}


def not_signed(provider: HostileProvider) -> None:
    provider.raw_token = unsigned


def signed_by_another(provider: HostileProvider) -> None:
    provider.key = new_key("een")


def out_of_order(provider: HostileProvider) -> None:
    provider.token_status = 500


@pytest.mark.parametrize(
    ("hostile", "page"),
    [(another_nonce, "mislukt"), (no_nonce, "mislukt"), (expired, "mislukt"), (not_signed, "mislukt"),
     (signed_by_another, "mislukt"), (out_of_order, "digid_storing")],
)  # fmt: skip
async def test_a_wrong_token_logs_nobody_in(
    setting: Setting, citizen: Citizen, hostile: Callable[[HostileProvider], None], page: str
) -> None:
    product, provider = setting
    hostile(provider)
    before = provider.calls.count("/token")
    await citizen.page.get_by_role("link", name=LINK).last.click()
    # Then a page says in plain words that it did not work, whose fault it is not, and how to go on
    await expect(citizen.page.get_by_role("heading", name=page_title(page))).to_be_visible(timeout=PATIENCE)
    assert provider.calls.count("/token") == before + 1, "the token was fetched, and refused"
    await accessibility.check(citizen.page, "not logged in")
    assert "token" not in (await citizen.page.locator("main").inner_text()).lower()
    await citizen.page.get_by_role("link", name="Terug naar het gesprek").click()
    await expect(citizen.state).to_be_visible()
    # And nobody is logged in, on the screen and in the store, and the conversation goes on
    await expect(citizen.page.locator(".trust")).to_have_count(0)
    assert await levels(product) == {"anoniem"}
    await expect(citizen.said("Ik ben ingelogd met DigiD.")).to_have_count(0)
    await expect(await citizen.ask("Hoe ver is mijn zaak?")).to_contain_text("zaaknummer")


async def test_by_the_link_of_a_telephone_the_page_says_how_to_get_another(
    setting: Setting, citizen: Citizen, new_context: Callable[..., Awaitable[BrowserContext]]
) -> None:
    product, provider = setting
    not_signed(provider)
    href = await citizen.page.get_by_role("link", name=LINK).last.get_attribute("href")
    telephone = await (await new_context()).new_page()
    await telephone.goto(f"{product.url}/i/{str(href).rpartition('link=')[2]}")
    await telephone.locator("form button").click()
    await expect(telephone.get_by_role("heading", name=page_title("mislukt_link"))).to_be_visible(timeout=PATIENCE)
    await expect(telephone.locator("main")).to_contain_text("INLOGGEN")
    await accessibility.check(telephone, "not logged in by a link")
    assert await levels(product) == {"anoniem"}


async def test_the_same_provider_logs_in_with_a_right_token(setting: Setting, citizen: Citizen) -> None:
    """So that the tests above fail for the reason they name."""
    await citizen.page.get_by_role("link", name=LINK).last.click()
    await expect(citizen.page.locator(".trust")).to_contain_text(screen("chat.trust.digid"), timeout=PATIENCE)


async def levels(product: RunningProduct) -> set[str]:
    """The levels of trust of all conversations; nobody's number may be kept."""
    store = Store.connect(product.database_url)
    try:
        async with store.read() as session:
            count: Any = await session.scalar(select(func.count()).select_from(DigidSession))
            assert count == 0, "somebody is logged in"
            return set(await session.scalars(select(Conversation.trust)))
    finally:
        await store.close()
