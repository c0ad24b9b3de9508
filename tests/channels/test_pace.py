"""What one browser and one address may ask, and whose address it is."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from ipaddress import ip_network

import aiohttp
import pytest
import redis.asyncio as redis
from aiohttp.test_utils import make_mocked_request

from channels.pace import Pace, TooMany, client_address
from loket.bus import Bus
from loket.bus.limits import SharedLimits
from loket.settings import Limits, MissingSetting, Settings, WrongSetting
from tests.product.support import TEXTS
from tests.services.ports import free_port
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
NEEDED = {
    "VERBONDEN_DATABASE_URL": "sqlite:///x", "VERBONDEN_REDIS_URL": "redis://x", "VERBONDEN_BOT_URL": "http://x",
    "VERBONDEN_BOT_SECRET": "x",
}  # fmt: skip


async def test_messages_are_counted_per_session_over_all_its_connections() -> None:
    now = [0.0]
    pace = Pace(Limits(messages=3), lambda: now[0])
    assert [await pace.message("a") for _ in range(4)] == [True, True, True, False]
    assert await pace.message("b"), "another citizen is not held up"
    now[0] = 9.9
    assert not await pace.message("a")
    now[0] = 10.0
    assert await pace.message("a")


async def test_an_address_can_not_begin_sessions_without_end() -> None:
    now = [0.0]
    pace = Pace(Limits(sessions=2), lambda: now[0])
    assert [await pace.session("1.2.3.4") for _ in range(3)] == [True, True, False]
    assert await pace.session("1.2.3.5")
    now[0] = 60.0
    assert await pace.session("1.2.3.4")


async def test_gateways_count_together(redis_url: str) -> None:
    # Given two gateways with one Redis
    buses = [Bus(redis_url, name) for name in ("one", "two")]
    one, two = (Pace(Limits(messages=6, sessions=6, number_messages=6), shared=SharedLimits(bus.connections)) for bus in buses)
    who = str(uuid.uuid4())
    # When somebody asks as much as is allowed, half of it at each
    for take in ("message", "session", "number"):
        assert all([await getattr(pace, take)(who) for _ in range(3) for pace in (one, two)])
        # Then neither takes more, and others are not held up
        assert not await getattr(one, take)(who) and not await getattr(two, take)(who)
        assert await getattr(two, take)(str(uuid.uuid4()))
    # And in Redis stands nobody's name
    async with redis.from_url(redis_url) as server:
        kept = [key async for key in server.scan_iter("*verbonden*")]
        assert kept and not any(who.encode() in key for key in kept)
        assert all([0 < await server.ttl(key) <= 130 for key in kept if b"LIMITER" in key])
    for bus in buses:
        await bus.stop()


async def test_without_redis_each_counts_for_itself() -> None:
    bus = Bus(f"redis://127.0.0.1:{free_port()}", "alone")
    pace = Pace(Limits(messages=3), shared=SharedLimits(bus.connections))
    assert [await pace.message("a") for _ in range(4)] == [True, True, True, False]
    await bus.stop()


def test_places_of_connections_come_free_again() -> None:
    pace = Pace(Limits(session_sockets=2, address_sockets=3, sockets=4))
    with ExitStack() as held:
        for session in ("a", "a", "b"):
            held.enter_context(pace.socket(session, "1.2.3.4"))
        for session, address in (("a", "9.9.9.9"), ("c", "1.2.3.4")):
            with pytest.raises(TooMany), pace.socket(session, address):
                pass
        held.enter_context(pace.socket("c", "9.9.9.9"))
        with pytest.raises(TooMany), pace.socket("d", "8.8.8.8"):
            pass
    with pace.socket("a", "1.2.3.4"):
        pass


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("1.2.3.4", None, "1.2.3.4"),
        ("1.2.3.4", "6.6.6.6", "1.2.3.4"),  # who is no proxy of ours can claim what he likes
        ("10.0.0.1", "5.5.5.5", "5.5.5.5"),
        ("10.0.0.1", "6.6.6.6, 5.5.5.5", "5.5.5.5"),  # what the sender wrote before our proxy added to it
        ("10.0.0.1", "6.6.6.6, 5.5.5.5, 10.0.0.2", "5.5.5.5"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "no address", "no address"),
        ("10.0.0.1", None, "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: str | None, expected: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": forwarded} if forwarded else {}).clone(remote=peer)
    assert client_address(request, PROXIES) == expected


def test_limits_and_proxies_come_from_the_environment() -> None:
    found = Settings.from_environment({**NEEDED, "VERBONDEN_SESSION_MESSAGES": "5", "VERBONDEN_PROXIES": "10.0.0.0/8 fd00::/8"})
    assert found.limits == Limits(messages=5) and found.proxies == PROXIES
    with pytest.raises(WrongSetting):
        Settings.from_environment({**NEEDED, "VERBONDEN_PROXIES": "everybody"})
    with pytest.raises(MissingSetting):
        Settings.from_environment({})


async def test_a_second_connection_gives_no_second_chance(product: RunningProduct) -> None:
    async with CitizenClient(product.url) as citizen:
        await citizen.until(lambda: citizen.messages)
        ids = [await citizen.send(f"Hallo {n}") for n in range(Limits().messages)]
        await citizen.until(lambda: all(one in citizen.accepted for one in ids))
        await citizen.disconnect()
        await citizen.connect()
        late = await citizen.send("Nog een")
        await citizen.until(lambda: late in citizen.refused or late in citizen.accepted)
        assert citizen.refused[late]["code"] == "too_fast"
        assert citizen.refused[late]["text"] == TEXTS.line("geweigerd.te_snel")


async def test_a_browser_with_a_thousand_tabs_does_not_take_all_places(product: RunningProduct) -> None:
    async with CitizenClient(product.url) as citizen:
        await citizen.until(lambda: citizen.messages)
        sockets: list[aiohttp.ClientWebSocketResponse] = []
        for _ in range(Limits().session_sockets - 1):
            sockets.append(await citizen.http.ws_connect(f"{product.url}/api/web/ws", headers={"Origin": product.url}))
            assert (await sockets[-1].receive_json(timeout=20))["type"] == "welcome"
        over = await citizen.http.ws_connect(f"{product.url}/api/web/ws", headers={"Origin": product.url})
        assert (await over.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE
        assert over.close_code == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        for socket in sockets:
            await socket.close()
        said = await citizen.ask(f"Hallo {uuid.uuid4().hex[:4]}")
        assert said, "the tab that was there is served as before"
