"""The page of team leaders and administrators, by what a person sees and does on it; and days that can be looked back at."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, Page, expect
from sqlalchemy import delete

from loket.handoff.opening import AMSTERDAM
from loket.store import Store
from loket.store.figures import DailyFigure, DailyTopic, DailyWait
from tests.browser.watch import Watch
from tests.browser.words import screen

TOPICS = (
    ("Huurtoeslag", "toeslagen", 30), ("Paspoort of identiteitskaart", "gemeente", 26), ("WW-uitkering", "uwv", 19),
    ("Verhuizing doorgeven", "gemeente", 15), ("AOW", "svb", 11), ("Bijstand", "gemeente", 9), ("Rijbewijs", "rdw", 8),
)  # fmt: skip


async def look_back(database_url: str, days: int = 60) -> None:
    """Made-up figures of the days before today, the same every time; what stood there is gone."""
    dice = random.Random(7)
    today = datetime.now(UTC).astimezone(AMSTERDAM).date()
    store = Store.connect(database_url)
    async with store.write() as session:
        await session.execute(delete(DailyFigure).where(DailyFigure.day < today))
        await session.execute(delete(DailyTopic).where(DailyTopic.day < today))
        await session.execute(delete(DailyWait).where(DailyWait.day < today))
        for back in range(1, days + 1):
            day = today - timedelta(days=back)
            busy = 0.35 if day.weekday() >= 5 else 1.0
            for waited, part in ((1, 0.3), (3, 0.25), (6, 0.2), (11, 0.15), (24, 0.1)):
                place = {"channel": "web", "team": "loket", "organisation": ""}
                session.add(DailyWait(day=day, **place, minutes=waited, conversations=round(18 * busy * part)))
            for channel, part in (("web", 1.0), ("whatsapp", 0.4), ("sms", 0.15)):
                bot = round(dice.randint(50, 80) * busy * part)
                human = round(dice.randint(14, 26) * busy * part)
                in_target = round(human * dice.uniform(0.7, 0.97))
                for team, counts in (
                    ("", {"conversations": bot, "by_bot": bot, "wrong_counter": round(bot * 0.04)}),
                    (
                        "loket",
                        {
                            "conversations": human + 2, "by_human": human, "not_helped": 2, "answered": human,
                            "in_target": in_target,
                            "waited_seconds": human * dice.randint(200, 700), "longest_seconds": dice.randint(900, 2600),
                            "wrong_counter": round(human * 0.09), "transferred": round(human * 0.2), "refused": human % 3,
                            "reopened": human % 4, "callbacks": human % 5, "called": human % 4, "rated": human // 2,
                            "rating_sum": round(human // 2 * dice.uniform(3.6, 4.6)), "rated_low": human % 3,
                        },
                    ),
                ):  # fmt: skip
                    session.add(DailyFigure(day=day, channel=channel, team=team, organisation="", **counts))
            for topic, organisation, weight in TOPICS:
                    number = round(weight * busy * part * dice.uniform(0.05, 0.15))
                    session.add(
                        DailyTopic(
                            day=day, channel=channel, team="", organisation=organisation, topic=topic, conversations=number
                        )
                    )  # fmt: skip
    await store.close()


class LeidingPage:
    """One tab with the page, which is logged in at the desk; `watch` is what the tab did."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self.watch = page, watch

    async def open(self, url: str, name: str = "cijfers") -> None:
        """Go to one of its screens."""
        await self.page.goto(f"{url}/leiding#{name}")
        await expect(self.page.locator(".main h2").first).to_be_visible()

    async def go(self, name: str) -> None:
        """Choose a screen in the navigation."""
        await self.page.get_by_role("link", name=screen(f"leiding.screen.{name}"), exact=True).click()
        await expect(self.page.locator(f'a[href="#{name}"]')).to_have_attribute("aria-current", "page")

    def tile(self, key: str) -> Locator:
        """The tile with a figure."""
        return self.page.locator(".tile").filter(has=self.page.get_by_text(screen(key), exact=True))

    async def save(self) -> None:
        """Press the button that saves, and read that it was saved."""
        await self.page.get_by_role("button", name=screen("leiding.save"), exact=True).first.click()
        await expect(self.page.locator(".good")).to_be_visible()
