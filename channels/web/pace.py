"""How much one browser and one address may ask of this gateway: a flood must not push out who waits for an answer.

Counted in this process, because counting in the store would make a flood dearer for us than for its sender. Behind a balancer
every gateway counts for itself: the limit of an address is then as many times as large.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web

from loket.settings import Limits

Network = IPv4Network | IPv6Network
MESSAGE_SECONDS, SESSION_SECONDS = 10.0, 60.0
REMEMBERED = 50_000
"""Browsers and addresses that are counted; beyond that those are forgotten that were quiet the longest."""


class _Window:
    """At most so many in so many seconds, for each key."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Count one more; False, with nothing counted, when there were enough."""
        now = self._clock()
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and now - times[0] >= self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        while len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        return True


class TooMany(Exception):
    """A limit is reached."""


class Pace:
    """Counts. `clock` gives seconds that only go forward."""

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits or Limits()
        self._messages = _Window(self.limits.messages, MESSAGE_SECONDS, clock)
        self._sessions = _Window(self.limits.sessions, SESSION_SECONDS, clock)
        self._open: dict[str, int] = {}

    def message(self, session: str) -> bool:
        """Whether this session may send one more message; it counts as sent."""
        return self._messages.take(session)

    def session(self, address: str) -> bool:
        """Whether this address may begin one more session; it counts as begun."""
        return self._sessions.take(address)

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
