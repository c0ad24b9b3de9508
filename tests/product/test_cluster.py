"""The distributed product: copies behind a balancer, on PostgreSQL, and any of them may go at any moment."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator

import pytest
import redis.asyncio

from tests.product.test_kills import PATIENCE, Citizen, check, close, killed_while_they_talk
from tests.services.packages import install
from tests.services.postgres import PostgresServer
from verbonden.client import CitizenClient
from verbonden.running import NotRunning, RunningProduct, running_product

COPIES = ("--gateways", "2", "--rasas", "2", "--actions", "2")
ROLLING_SECONDS = 240.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[RunningProduct]:
    """Two of each behind HAProxy, with a PostgreSQL and a Valkey of its own (`postgres_server` has seen to the programs)."""
    if not shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin"):
        install("haproxy", "HAProxy, the balancer")
    folder = tmp_path_factory.mktemp("cluster")
    for closed in (folder, *folder.parents):  # the user of PostgreSQL comes through
        if not closed.stat().st_mode & 0o001:
            closed.chmod(closed.stat().st_mode | 0o011)
    try:
        with running_product(folder, words=("cluster", *COPIES)) as running:
            yield running
    except NotRunning as error:
        pytest.fail(f"The cluster does not start: {error}", pytrace=False)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("names", [("gateway-1",), ("rasa-1", "rasa-2"), ("postgres",)], ids="+".join)
async def test_conversations_go_on_whichever_copies_are_killed(cluster: RunningProduct, names: tuple[str, ...]) -> None:
    citizens = await killed_while_they_talk(cluster, *names)
    try:
        await check(cluster, citizens)
    finally:
        await close(citizens)


@pytest.mark.timeout(300)
async def test_conversations_go_on_when_the_balancer_dies_and_the_bus_forgets_everything(cluster: RunningProduct) -> None:
    """Bells, leases of the bot's sessions and what the bot remembers are gone; the truth is in the store."""
    bus = redis.asyncio.from_url(cluster.redis_url)
    try:
        citizens = await killed_while_they_talk(cluster, "balancer", beside=bus.flushall)
        try:
            await check(cluster, citizens)
        finally:
            await close(citizens)
    finally:
        await bus.aclose()


@pytest.mark.timeout(400)
async def test_a_new_version_is_put_in_while_citizens_talk(cluster: RunningProduct) -> None:
    # Given citizens who talk
    before = {name: child["pid"] for name, child in cluster.status()["children"].items()}
    citizens = [Citizen(CitizenClient(cluster.url)) for _ in range(3)]
    try:
        for citizen in citizens:
            await citizen.come_back()
        # When all copies are replaced, one after the other
        talking = [asyncio.create_task(citizen.talk(asyncio.Event())) for citizen in citizens]
        os.kill(cluster.process.pid, signal.SIGUSR1)

        async def replaced() -> None:
            copies = [name for name in before if name.rpartition("-")[0] in ("gateway", "rasa", "actions")]
            assert len(copies) == 6
            while True:
                now = cluster.status()
                if now["state"] == "ready" and all(now["children"][name]["pid"] not in (None, before[name]) for name in copies):
                    return
                await asyncio.sleep(0.5)

        await asyncio.wait_for(replaced(), ROLLING_SECONDS)
        # Then all of them are answered, once and in order, and what is not a copy was left alone
        await asyncio.wait_for(asyncio.gather(*talking), PATIENCE)
        await check(cluster, citizens)
        assert cluster.status()["children"]["valkey"]["pid"] == before["valkey"]
    finally:
        await close(citizens)


async def test_two_gateways_serve_the_same_citizen(cluster: RunningProduct) -> None:
    """A second tab reads the same conversation, also when its connection is at another gateway."""
    first = Citizen(CitizenClient(cluster.url))
    try:
        await first.come_back()
        second = CitizenClient(cluster.url)
        second.http.cookie_jar.update_cookies({c.key: c.value for c in first.client.http.cookie_jar})
        async with second:
            assert second.conversation == first.client.conversation
            await first.ask("Hoe vraag ik een paspoort aan?")
            await first.hears(first.ids[-1])
            await second.until(lambda: set(second.messages) == set(first.client.messages), 10)
    finally:
        await close([first])
