"""How much one browser, one address and one telephone number may ask: a flood must not push out who waits for an answer.

Counted in this process first, because counting in the store would make a flood dearer for us than for its sender. Who asks for
more than a small part of what is allowed is counted over all gateways (loket.bus.limits). Open connections are counted for each
gateway: what they cost is its memory.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web

from loket.bus.limits import SharedLimits
from loket.settings import Limits

Network = IPv4Network | IPv6Network
MESSAGE_SECONDS, SESSION_SECONDS, NUMBER_SECONDS = 10, 60, 60
UNASKED = 10
"""Up to this part (a tenth) of what is allowed a gateway asks nobody: who just types costs Redis nothing."""

REMEMBERED = 50_000
"""Browsers and addresses that are counted; beyond that those are forgotten that were quiet the longest."""


class _Window:
    """At most so many in so many seconds, for each key; `what` names what is counted."""

    def __init__(self, what: str, most: int, seconds: int, clock: Callable[[], float], shared: SharedLimits | None) -> None:
        self._what, self._most, self._seconds, self._clock, self._shared = what, most, seconds, clock, shared
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    async def take(self, key: str) -> bool:
        """Count one more, here and elsewhere; False when there were enough."""
        here = self._take(key)
        if not here or self._shared is None or here * UNASKED <= self._most:
            return here > 0
        return await self._shared.take(self._what, key, self._most, self._seconds)

    def _take(self, key: str) -> int:
        """Count one more here; returns how many there are, or 0, with nothing counted, when there were enough."""
        now = self._clock()
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and now - times[0] >= self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return 0
        times.append(now)
        while len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        return len(times)


class TooMany(Exception):
    """A limit is reached."""


class Pace:
    """Counts. `clock` gives seconds that only go forward; without `shared` each process counts for itself alone."""

    def __init__(
        self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic, shared: SharedLimits | None = None
    ) -> None:
        self.limits = limits or Limits()
        self._messages = _Window("messages", self.limits.messages, MESSAGE_SECONDS, clock, shared)
        self._sessions = _Window("sessions", self.limits.sessions, SESSION_SECONDS, clock, shared)
        self._numbers = _Window("numbers", self.limits.number_messages, NUMBER_SECONDS, clock, shared)
        self._open: dict[str, int] = {}

    async def message(self, session: str) -> bool:
        """Whether this session may send one more message; it counts as sent."""
        return await self._messages.take(session)

    async def session(self, address: str) -> bool:
        """Whether this address may begin one more session; it counts as begun."""
        return await self._sessions.take(address)

    async def number(self, number: str) -> bool:
        """Whether this telephone number may send one more message; it counts as sent."""
        return await self._numbers.take(number)

    @contextmanager
    def socket(self, session: str, address: str) -> Iterator[None]:
        """Holds the place of an open connection. Raises TooMany."""
        keys = {f"s {session}": self.limits.session_sockets, f"a {address}": self.limits.address_sockets, "": self.limits.sockets}
        if any(self._open.get(key, 0) >= most for key, most in keys.items()):
            raise TooMany
        for key in keys:
            self._open[key] = self._open.get(key, 0) + 1
        try:
            yield
        finally:
            for key in keys:
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """The address that the request comes from.

    Args:
        request: of a browser, perhaps through proxies of ours.
        proxies: networks of those proxies; only what they write in X-Forwarded-For is believed.
    """
    address = request.remote or ""
    forwarded = [each.strip() for line in request.headers.getall("X-Forwarded-For", []) for each in line.split(",")]
    while forwarded and _in(address, proxies):
        address = forwarded.pop()
    return address


def _in(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
