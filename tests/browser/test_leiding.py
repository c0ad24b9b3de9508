"""Team leaders look at figures, administrators change what citizens read; each as a person does it, with the keyboard too."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import Locator, ViewportSize, expect

from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS
from tests.browser.conftest import OpenCitizen, OpenDesk, Watched
from tests.browser.leiding import LeidingPage, look_back
from tests.browser.words import screen
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
SCREENS = ("cijfers", "openingstijden", "teams", "teksten", "antwoorden", "bewaren", "wijzigingen")
TABLET: ViewportSize = {"width": 768, "height": 900}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def past(product: RunningProduct) -> None:
    """Days to look back at."""
    await look_back(product.database_url)


async def led_by(
    product: RunningProduct, desk_at: OpenDesk, who: str, name: str = "cijfers", viewport: ViewportSize | None = None
) -> LeidingPage:
    """The page, after logging in at the desk."""
    desk = await desk_at(product.url, viewport=viewport)
    await desk.log_in(who, product.accounts[who])
    await desk.is_in()
    leiding = LeidingPage(desk.page, desk.watch)
    await leiding.open(product.url, name)
    return leiding


@pytest.mark.usefixtures("past")
async def test_a_team_leader_sees_how_it_stands_and_looks_back(product: RunningProduct, desk_at: OpenDesk) -> None:
    # Given: a team leader with the page open.
    leiding = await led_by(product, desk_at, "ruben")
    page = leiding.page
    await expect(page.locator(".nav")).to_have_count(0)
    waiting = leiding.tile("leiding.now.waiting").locator("dd span").first
    before = int(await waiting.inner_text())
    # When: somebody asks for a human, it is seen without doing anything.
    async with CitizenClient(product.url) as citizen:
        await citizen.until(lambda: citizen.messages)
        await citizen.ask("ik wil een mens")
        await expect(waiting).not_to_have_text(str(before), timeout=SOON + 15_000)
    # Then: a longer period has more conversations, each chart has its table, and the numbers go along as a file.
    total = leiding.tile("leiding.figure.conversations").locator("dd span").first
    week = int((await total.inner_text()).replace(".", ""))
    await page.get_by_role("button", name=screen("leiding.period.days.29")).click()
    await expect(total).not_to_have_text(re.compile(rf"^{week}$"))
    await expect(leiding.tile("leiding.figure.spread")).to_contain_text("3 min")
    await page.locator(".chart summary").first.click()
    await expect(page.locator(".chart tbody tr").first).to_be_visible()
    assert await page.locator(".chart").first.locator("tbody tr").count() == 30
    async with page.expect_download() as download:
        await page.get_by_role("link", name=screen("leiding.export.days")).click()
    lines = (await (await download.value).path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 31 and lines[0].count(";") >= 17 and re.match(r"\d{4}-\d\d-\d\d;\d", lines[1])
    # A channel alone is less than all.
    await page.get_by_label(screen("leiding.period.channel"), exact=True).select_option("sms")
    await expect(page.locator("tbody th", has_text=screen("leiding.channel.web"))).to_have_count(0)


async def test_another_role_is_told_so(product: RunningProduct, desk_at: OpenDesk) -> None:
    leiding = await led_by(product, desk_at, "sanne")
    await expect(leiding.page.get_by_role("heading", name=screen("leiding.no_role.heading"))).to_be_visible()
    for path in ("leiding/now", "leiding/days?from=2026-01-01&to=2026-01-02", "beheer/tekst", "beheer/history"):
        answer = await leiding.page.request.get(f"{product.url}/api/balie/{path}")
        assert (answer.status, (await answer.json())["code"]) == (403, "role"), path


async def test_who_is_not_logged_in_is_shown_the_way(product: RunningProduct, watched: Watched) -> None:
    page, watch = await watched(product.url)
    watch.allow("401")
    await page.goto(f"{product.url}/leiding")
    await expect(page.get_by_role("link", name=screen("leiding.out.link"))).to_have_attribute("href", "balie")


async def test_a_text_is_changed_read_by_a_citizen_and_put_back(
    product: RunningProduct, desk_at: OpenDesk, citizen_at: OpenCitizen
) -> None:
    leiding = await led_by(product, desk_at, "bram", "teksten")
    page = leiding.page
    # Given: the welcome, looked up and made hard to read.
    await page.get_by_label(screen("leiding.texts.search")).fill("welkom")
    await page.locator(".pick").filter(has_text="welkom").first.click()
    hard = "Door ons wordt uw vraag, die wij met zorg lezen en daarna door sturen naar een ander, zo snel als dat kan beantwoord."
    area = page.get_by_label(screen("leiding.texts.tekst"), exact=True)
    first = await area.input_value()
    await area.fill(hard)
    await page.get_by_role("button", name=screen("leiding.texts.check")).click()
    await expect(page.locator(".utrecht-alert--warning li")).not_to_have_count(0)
    # When: a plain one is kept, the next citizen reads it.
    await area.fill("Dag! Dit is een nieuwe welkomsttekst.")
    await leiding.save()
    citizen = await citizen_at(product.url)
    await expect(citizen.page.locator(".message-bot .bubble").first).to_contain_text("nieuwe welkomsttekst")
    # Then: who and what is in the list of changes, and it is put back from there.
    await leiding.go("wijzigingen")
    change = page.locator(".change").first
    await expect(change).to_contain_text("welkom")
    await expect(change.locator("del").first).to_have_text(first)
    await change.get_by_role("button", name=re.compile(screen("leiding.history.undo"))).click()
    await expect(page.locator(".good")).to_be_visible()
    again = await citizen_at(product.url)
    await expect(again.page.locator(".message-bot .bubble").first).not_to_contain_text("nieuwe welkomsttekst")


async def test_words_of_the_chat_are_changed_and_put_back(
    product: RunningProduct, desk_at: OpenDesk, citizen_at: OpenCitizen
) -> None:
    leiding = await led_by(product, desk_at, "bram", "teksten")
    page = leiding.page
    await page.get_by_label(screen("leiding.texts.search")).fill("scherm.chat.start.title")
    await page.locator(".pick").first.click()
    await page.get_by_label(screen("leiding.texts.tekst"), exact=True).fill("Zeg het maar")
    await leiding.save()
    citizen = await citizen_at(product.url)
    await expect(citizen.page.get_by_role("heading", name="Zeg het maar")).to_be_visible()
    await page.get_by_role("button", name=screen("leiding.texts.back")).click()
    await expect(page.locator(".tag")).to_have_count(0)
    again = await citizen_at(product.url)
    await expect(again.page.get_by_role("heading", name=screen("chat.start.title"))).to_be_visible()


async def test_opening_hours_with_the_keyboard_alone(product: RunningProduct, desk_at: OpenDesk) -> None:
    leiding = await led_by(product, desk_at, "bram", "openingstijden")
    page = leiding.page
    leiding.watch.allow("status of 400")
    sunday = page.get_by_label(screen("leiding.day.zondag"))
    await expect(sunday).to_have_value("dicht")

    async def reach(locator: Locator) -> None:
        """Tab until it has the focus: a person without a mouse gets everywhere."""
        for _ in range(60):
            if await locator.evaluate("each => each === document.activeElement"):
                return
            await page.keyboard.press("Tab")
        raise AssertionError("can not be reached with Tab")

    async def write(text: str) -> None:
        await reach(sunday)
        await page.keyboard.press("Control+A")
        await page.keyboard.type(text)
        await reach(page.get_by_role("button", name=screen("leiding.save"), exact=True))
        await page.keyboard.press("Enter")

    await page.locator("#main").focus()
    await write("tien tot elf")
    await expect(page.locator(".utrecht-alert--error")).to_be_visible()
    await page.locator("#main").focus()
    await write("10:00-11:00")
    await expect(page.locator(".good")).to_be_visible()
    shown = await (await page.request.get(f"{product.url}/api/balie/beheer/openingstijden")).json()
    assert shown["value"]["standaard"]["zondag"] == "10:00-11:00"
    await page.locator("#main").focus()
    await write("dicht")
    await expect(page.locator(".good")).to_be_visible()


async def test_a_team_gets_a_week_of_its_own(product: RunningProduct, desk_at: OpenDesk) -> None:
    leiding = await led_by(product, desk_at, "bram", "openingstijden")
    page = leiding.page

    async def kept() -> dict[str, str] | None:
        """The week of the team, as the server keeps it."""
        shown = await (await page.request.get(f"{product.url}/api/balie/beheer/openingstijden")).json()
        week: dict[str, str] | None = shown["value"]["teams"].get("uwv_werk")
        return week

    await page.get_by_label(screen("leiding.hours.who")).select_option("teams/uwv_werk")
    await page.get_by_role("button", name=screen("leiding.hours.add_week")).click()
    monday = page.locator("#teams-uwv_werk-maandag")
    await expect(monday).to_be_focused()
    await monday.fill("13:00-15:00")
    await monday.press("Tab")
    await check(page, "a week of a team")
    await leiding.save()
    week = await kept()
    assert week is not None and (week["maandag"], week["dinsdag"]) == ("13:00-15:00", "08:30-17:00")
    await page.locator(".block").filter(has=monday).get_by_role("button", name=screen("leiding.remove")).click()
    await leiding.save()
    assert await kept() is None


async def test_teams_standard_answers_and_periods(product: RunningProduct, desk_at: OpenDesk) -> None:
    leiding = await led_by(product, desk_at, "bram", "teams")
    page = leiding.page
    await page.get_by_role("button", name=screen("leiding.teams.add")).click()
    await page.get_by_label(screen("leiding.teams.name"), exact=True).fill("Proefteam")
    await page.get_by_label(screen("leiding.teams.tweede"), exact=True).check()
    await page.get_by_label(re.compile("^Noor")).check()
    await leiding.save()
    await expect(page.locator(".pick").filter(has_text="Proefteam")).to_be_visible()
    leiding.watch.allow("status of 400")
    await leiding.go("antwoorden")
    await page.get_by_role("button", name=screen("leiding.canned.add")).click()
    new = page.locator(".canned").last
    await new.get_by_label(screen("leiding.canned.title")).fill("Proef")
    await new.get_by_label(screen("leiding.canned.text")).fill("Dag {wachtwoord}")
    await page.get_by_role("button", name=screen("leiding.save"), exact=True).click()
    await expect(page.locator(".utrecht-alert--error")).to_be_visible()
    await new.get_by_label(screen("leiding.canned.text")).fill("Dag, u spreekt met {medewerker}.")
    await leiding.save()
    await leiding.go("bewaren")
    days = page.locator("#period-telefoonnummers")
    await days.fill("14")
    await days.press("Enter")
    await expect(page.locator(".good")).to_be_visible()
    await page.reload()
    await expect(page.locator("#period-telefoonnummers")).to_have_value("14")


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("viewport", [TABLET, {"width": 1280, "height": 800}], ids=["768", "1280"])
async def test_every_screen_with_axe(product: RunningProduct, desk_at: OpenDesk, viewport: ViewportSize) -> None:
    leiding = await led_by(product, desk_at, "bram", viewport=viewport)
    page = leiding.page
    await expect(page.locator(".chart").first).to_be_visible()
    for name in SCREENS:
        await leiding.go(name)
        await expect(page.locator("main [id$='heading'], main h2").first).to_be_visible()
        if name == "teksten":
            await page.locator(".pick").first.click()
        await page.wait_for_load_state("networkidle")
        await check(page, f"leiding {name}")
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} sticks out sideways"
