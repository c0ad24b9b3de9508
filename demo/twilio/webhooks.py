"""Calls to the account's own addresses: signed, with the provider's time-outs and retries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp

from demo.twilio.account import Account
from demo.twilio.provider import Provider
from demo.twilio.signature import sign, with_body_hash, without_fragment

USER_AGENT = "TwilioProxy/1.1"
WRONG_TOKEN = "0" * 32


@dataclass(frozen=True, slots=True)
class Connection:
    """How often and how long is tried; set in the fragment of an address, as `#rc=3&rp=all`
    (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).

    Attributes:
        retries: `rc`.
        on: `rp`: what is tried again: `ct` no connection, `rt` no answer in time, `4xx`, `5xx`.
        connect: `ct`, seconds.
        read: `rt`, seconds.
        total: `tt`, seconds, all attempts together.
    """

    retries: int = 1
    on: frozenset[str] = frozenset({"ct"})
    connect: float = 5
    read: float = 15
    total: float = 15


def connection_of(url: str) -> Connection:
    """The settings of an address; what is not set is the provider's default."""
    given = dict(parse_qsl(url.partition("#")[2]))
    on = frozenset(given.get("rp", "ct").split(","))

    def seconds(name: str, default: float) -> float:
        return min(int(given[name]) / 1000, default * 3) if given.get(name, "").isdigit() else default

    return Connection(
        retries=min(int(given["rc"]), 5) if given.get("rc", "").isdigit() else 1,
        on=frozenset({"ct", "rt", "4xx", "5xx"}) if "all" in on else on,
        connect=seconds("ct", 5), read=seconds("rt", 15), total=seconds("tt", 15),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call.

    Attributes:
        status: HTTP status; None when nothing answered.
        content_type: of the body.
        body: at most 64 kB.
    """

    status: int | None
    content_type: str = ""
    body: str = ""

    @property
    def good(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class Webhooks:
    """Calls addresses of the account.

    Args:
        provider: the running fake.
        http: session for the calls.
    """

    def __init__(self, provider: Provider, http: aiohttp.ClientSession) -> None:
        self._provider, self._http = provider, http

    async def call(
        self, url: str, parameters: Mapping[str, str], *, what: str, sid: str, signature: str = "right", as_json: bool = False
    ) -> Answer:
        """Call an address, as often as its settings say, and log each attempt.

        Args:
            url: as it was configured, with or without a fragment.
            parameters: of the form.
            what: `inbound` or `status`, for the log.
            sid: of the message, for the log.
            signature: see Faults.signature.
            as_json: send the parameters as JSON with `bodySHA256`.
        """
        settings = connection_of(url)
        body = json.dumps(parameters).encode() if as_json else urlencode(parameters).encode()
        public = with_body_hash(url, body) if as_json else without_fragment(url)
        headers = {
            "Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": USER_AGENT,
            "I-Twilio-Idempotency-Token": self._provider.new_sid(""),
        }
        if (signed := self._signature(public, {} if as_json else parameters, signature)) is not None:
            headers["X-Twilio-Signature"] = signed
        answer = Answer(None)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + settings.total
        for attempt in range(settings.retries + 1):
            left = deadline - loop.time()
            if left <= 0:
                break
            if attempt:
                await asyncio.sleep(min(0.1 * 2**attempt, left))
            began = loop.time()
            answer, failure = await self._once(inside(public, self._provider.account), body, headers, settings, left)
            self._provider.store.log(
                self._provider.now(), f"webhook.{what}", sid=sid, attempt=attempt + 1, status=answer.status, failure=failure,
                state=parameters.get("MessageStatus", ""), number=parameters.get("From" if what == "inbound" else "To", ""),
                seconds=round(loop.time() - began, 3),
            )
            if not failure or failure not in settings.on:
                break
        return answer

    async def _once(
        self, url: str, body: bytes, headers: Mapping[str, str], settings: Connection, left: float
    ) -> tuple[Answer, str]:
        """One attempt; the answer and, when it failed, the kind of failure as in `rp`."""
        timeout = aiohttp.ClientTimeout(total=left, sock_connect=settings.connect, sock_read=settings.read)
        try:
            async with self._http.post(url, data=body, headers=headers, timeout=timeout, allow_redirects=True) as response:
                text = (await response.content.read(65_536)).decode("utf-8", "replace")
        except aiohttp.ClientConnectorError:
            return Answer(None), "ct"
        except aiohttp.ConnectionTimeoutError:
            return Answer(None), "ct"
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer(None), "rt"
        answer = Answer(response.status, response.content_type, text)
        return answer, "" if answer.good else f"{response.status // 100}xx"

    def _signature(self, url: str, parameters: Mapping[str, str], how: str) -> str | None:
        account = self._provider.account
        if how == "none":
            return None
        token = {"right": account.token, "old": account.old_token or account.token, "wrong": WRONG_TOKEN}[how]
        return sign(token, url, parameters)


def inside(url: str, account: Account) -> str:
    """Where the address is really reached from here."""
    if not account.deliver_to:
        return url
    near = urlsplit(account.deliver_to)
    return urlunsplit(urlsplit(url)._replace(scheme=near.scheme, netloc=near.netloc))
