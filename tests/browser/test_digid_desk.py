"""A citizen logs in while a human helps: the human sees the cases as long as the log-in lasts, and how sure it is who this is."""

from __future__ import annotations

import re

from playwright.async_api import expect

from loket.contacts.content import PARTY
from loket.store import Store
from loket.store.schema import Conversation
from loket.understanding.patterns import read
from tests.browser import accessibility
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import NewContext, OpenDesk
from tests.browser.words import screen
from verbonden.commands import ROOT
from verbonden.running import RunningProduct

PATIENCE = ANSWER_SECONDS * 1000
WORDING = read(ROOT / "data" / "overdracht" / "samenvatting.yaml")
QUESTION = "ik wil een mens spreken over mijn parkeervergunning van Sanne"


async def test_a_human_sees_the_cases_of_who_is_logged_in_and_while_that_lasts(
    product: RunningProduct, new_context: NewContext, desk_at: OpenDesk
) -> None:
    # Given a citizen who was offered to log in, and wants a human first
    citizen = Citizen(await (await new_context()).new_page(), None)  # type: ignore[arg-type]
    await citizen.arrive(product.url)
    await citizen.ask("Hoe ver is mijn zaak?")
    await citizen.ask(QUESTION)
    desk = await desk_at(product.url)
    await desk.log_in("fatima", product.accounts["fatima"])
    await desk.is_in()
    await desk.open(QUESTION)
    await desk.claim.click()
    sure = desk.line(WORDING["velden"]["vertrouwen"])
    own = desk.page.get_by_role("button", name=screen("desk.cases.own"))
    await expect(sure).to_contain_text(WORDING["vertrouwen"]["anoniem"], timeout=PATIENCE)
    await expect(own).to_have_count(0)
    # When they log in
    await citizen.page.get_by_role("link", name="Inloggen met DigiD").last.click()
    await citizen.page.get_by_role("button", name="Sanne Vermeulen").click(timeout=PATIENCE)
    await expect(citizen.page.locator(".trust")).to_contain_text(screen("chat.trust.digid"), timeout=PATIENCE)
    # Then the human sees that, and has their cases looked up
    await expect(sure).to_contain_text(WORDING["vertrouwen"]["digid"], timeout=PATIENCE)
    await own.click()
    standings = desk.page.locator(".standing")
    await expect(standings).to_have_count(2, timeout=PATIENCE)
    await expect(desk.notes.last).to_contain_text("ZAAK-2026-0000000001")
    await expect(standings.filter(has_text="ZAAK-2026-0000000001")).to_contain_text(re.compile("arkeervergunning"))
    await accessibility.check(desk.page, "the cases of who is logged in")
    # And the contact that will be registered is theirs, without their number
    store = Store.connect(product.database_url)
    async with store.read() as session:
        facts = (await session.get_one(Conversation, await citizen.conversation())).facts
    await store.close()
    (party,) = facts[PARTY].values()
    assert len(party) == 36 and "999990007" not in str(facts)
    # When they log out, it is no longer sure, and nothing is looked at any more
    await citizen.page.get_by_role("button", name=screen("chat.trust.log_out")).click()
    await expect(sure).to_contain_text(WORDING["vertrouwen"]["anoniem"], timeout=PATIENCE)
    await desk.page.reload()
    await expect(standings.first).to_contain_text(screen("desk.cases.hidden"), timeout=PATIENCE)
    await accessibility.check(desk.page, "cases that may not be seen now")
    await expect(own).to_have_count(0)
