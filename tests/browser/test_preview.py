"""Reading along while a citizen types: not by default, told to who types, for one person, and nothing of it is kept."""

from __future__ import annotations

import secrets

from playwright.async_api import expect

from tests.browser.accessibility import check
from tests.browser.conftest import OpenCitizen, OpenDesk
from tests.browser.leiding import LeidingPage
from tests.browser.test_desk_together import at_work, some_words, take, waits
from tests.browser.words import screen
from verbonden.running import RunningProduct

TOLD = screen("chat.composer.preview")


async def turn(leiding: LeidingPage, on: bool) -> None:
    """The administrator turns it on or off."""
    page = leiding.page
    await page.get_by_label(screen("leiding.preview.may"), exact=True).set_checked(on)
    await page.get_by_role("button", name=screen("leiding.preview.save")).click()
    await expect(page.locator(".good")).to_be_visible()


async def test_who_types_knows_who_reads(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk) -> None:
    words, citizen, secret = some_words(), await citizen_at(product.url), "".join(secrets.choice("bcdfghjkl") for _ in range(12))
    await waits(citizen, words)
    fatima, joris = await at_work(desk_at, product, "fatima"), await at_work(desk_at, product, "joris")
    await take(fatima, words)
    await joris.look_at("team")
    await joris.open(words)
    # Given the setting of the box: she sees that the citizen types, not what
    await expect(citizen.state).to_contain_text("Fatima Demirci")
    await citizen.input.press_sequentially("Ik ")
    await expect(fatima.typing).to_be_visible()
    await expect(fatima.page.locator(".preview")).to_have_count(0)
    await expect(citizen.page.get_by_text(TOLD)).to_have_count(0)
    bram = await at_work(desk_at, product, "bram")
    leiding = LeidingPage(bram.page, bram.watch)
    await leiding.open(product.url, "bewaren")
    await turn(leiding, True)
    try:
        # When it is on: the citizen is told before anything is shown, by the field and to a screen reader
        await expect(citizen.page.locator("#keys")).to_contain_text(TOLD)
        await expect(citizen.page.locator(".announcer")).to_contain_text(TOLD)
        await citizen.input.press_sequentially(f"twijfel {secret} 99999333")
        await expect(fatima.page.locator(".preview")).to_contain_text(f"Ik twijfel {secret}")
        await expect(fatima.page.locator(".preview")).not_to_contain_text("9999")
        await check(citizen.page, "told that somebody reads along")
        await citizen.input.press_sequentially(" dus")
        await expect(fatima.page.locator(".preview")).to_contain_text("dus")
        await expect(joris.page.locator(".preview")).to_have_count(0)
        # Then emptied is gone, and only what is sent stays
        await citizen.input.fill("")
        await expect(fatima.page.locator(".preview")).to_have_count(0)
        await citizen.say("Laat maar.")
        await expect(fatima.heard("Laat maar.")).to_be_visible()
    finally:
        await turn(leiding, False)
    await expect(citizen.page.get_by_text(TOLD)).to_have_count(0)
    await citizen.input.press_sequentially("En nu?")
    await expect(fatima.typing).to_be_visible()
    await expect(fatima.page.locator(".preview")).to_have_count(0)
    await fatima.close("answered")
    kept = [path for path in product.var.rglob("*") if path.is_file() and not path.is_socket()]
    assert any(path.suffix == ".log" for path in kept) and any(".db" in path.name or ".sqlite" in path.name for path in kept)
    assert not [path.name for path in kept if secret.encode() in path.read_bytes()]
