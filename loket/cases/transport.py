"""HTTP with one base URL, one connection pool, time-outs, retries of reads, and a circuit breaker.

Shared by every client of a government API here. Errors never hold a URL or a body: both can hold personal data.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp
import structlog

from loket.cases.breaker import CircuitBreaker
from loket.cases.errors import Misconfigured, NotFound, Rejected, Unavailable

log = structlog.get_logger(__name__)

MAXIMUM_BODY = 8 * 1024 * 1024
"""Bytes; a page of 100 fully expanded cases is about 1 MB."""


# Names and codes in error bodies are words of the standard; anything else could be a value and is dropped.
_WORD = re.compile(r"[A-Za-z_][A-Za-z_.-]{0,99}")


class Authorization(Protocol):
    """Something that makes the ``Authorization`` header."""

    def header(self) -> str:
        """The header's value."""
        ...

    def refused(self, code: str, server_date: str | None) -> bool:
        """Hear of a refusal; True when one more attempt makes sense."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Time-outs in seconds, and sizes.

    Attributes:
        connect: to get a connection.
        attempt: for one request with its answer.
        deadline: for a call with all its retries.
        attempts: how often a read is tried.
        connections: connections kept to this system.
    """

    connect: float = 2.0
    attempt: float = 5.0
    deadline: float = 8.0
    attempts: int = 3
    connections: int = 20


class Transport:
    """Calls to one system. Connections are made on first use, inside the running event loop."""

    def __init__(
        self,
        base_url: str,
        authorization: Authorization,
        *,
        system_id: str,
        limits: Limits | None = None,
        breaker: CircuitBreaker | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            base_url: scheme, host and port (and a path prefix if there is one), used for every call: the systems compare
                URLs in filters with the host of the request.
            authorization: makes the header.
            system_id: name in logs.
            limits: time-outs and sizes.
            breaker: circuit breaker.
            tls: context with the certificates to trust; None for the system's own.
        """
        self.base_url = base_url.rstrip("/")
        self.system_id = system_id
        self._authorization = authorization
        self._limits = limits or Limits()
        self._breaker = breaker or CircuitBreaker()
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def read(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """A call that changes nothing: a GET, or with ``body`` a search by POST. Retried on reset, time-out and 5xx.

        Returns:
            The parsed JSON.

        Raises:
            NotFound: a JSON 404.
            Unavailable: no usable answer in time.
            Misconfigured: the system refuses us; ``Rejected`` for a 400.
        """
        return await self._call("GET" if body is None else "POST", path, params, body, headers, self._limits.attempts)

    async def write(self, method: str, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Any:
        """A call that changes something. Sent once: these APIs have no idempotency key, so a retry can double it.

        Raises:
            NotFound: a JSON 404.
            Unavailable: no usable answer; **it is unknown whether the change was made**.
            Misconfigured: the system refuses us; ``Rejected`` when it refuses the body.
        """
        return await self._call(method, path, None, body, headers, 1)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        attempts: int,
    ) -> Any:
        if not self._breaker.allow():
            raise Unavailable("circuit_open")
        give_up = time.monotonic() + self._limits.deadline
        reason = "timeout"
        renewed = False
        attempt = 0
        while attempt < attempts and (left := give_up - time.monotonic()) > 0:
            attempt += 1
            try:
                status, answer_headers, raw = await self._once(method, path, params, body, headers, left)
            except TimeoutError:
                reason = "timeout"
            except aiohttp.ClientError as error:
                reason = "connection" if isinstance(error, aiohttp.ClientConnectionError) else "broken_answer"
            except Unavailable:
                self._breaker.failed()
                raise
            else:
                if status < HTTPStatus.BAD_REQUEST:
                    return self._accepted(status, raw)
                if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    self._breaker.succeeded()
                    code, wrong = problem_of(raw)
                    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and not renewed:
                        renewed = True
                        if self._authorization.refused(code, answer_headers.get("Date")):
                            # Refused before it was handled, so even a write may be sent again.
                            attempt -= 1
                            continue
                    raise _refusal(status, code, wrong, answer_headers.get("Content-Type", ""))
                reason = f"http_{status}"
            if attempt < attempts:
                pause = random.uniform(0.05, 0.1) * 2**attempt  # noqa: S311
                await asyncio.sleep(min(pause, max(0.0, give_up - time.monotonic())))
        self._breaker.failed()
        log.warning("call_failed", system=self.system_id, reason=reason, attempts=attempt)
        raise Unavailable(reason)

    def _accepted(self, status: int, raw: bytes) -> Any:
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            self._breaker.succeeded()
            raise Misconfigured("redirect")
        try:
            answer = json.loads(raw) if raw else None
        except (ValueError, RecursionError):
            # A maintenance page with status 200: as bad as no answer.
            self._breaker.failed()
            log.warning("call_failed", system=self.system_id, reason="not_json")
            raise Unavailable("not_json") from None
        self._breaker.succeeded()
        return answer

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        left: float,
    ) -> tuple[int, Mapping[str, str], bytes]:
        session = self._open()
        timeout = aiohttp.ClientTimeout(total=min(left, self._limits.attempt), connect=min(left, self._limits.connect))
        sent = {"Accept": "application/json", "Authorization": self._authorization.header(), **(headers or {})}
        # No redirects: they would carry the token and a search body to another address.
        async with session.request(
            method,
            self.base_url + path,
            params=params,
            json=body,
            headers=sent,
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            raw = bytearray()
            async for chunk in response.content.iter_chunked(65536):
                raw += chunk
                if len(raw) > MAXIMUM_BODY:
                    raise Unavailable("answer_too_large")
            return response.status, response.headers, bytes(raw)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limits.connections, ssl=self._tls or True),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def problem_of(raw: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """``code`` and the names and codes of ``invalidParams`` of an error body; only what is safe to log."""
    try:
        body = json.loads(raw)
        code = body["code"]
        params = [(item["name"], item["code"]) for item in body.get("invalidParams", [])]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return "", ()
    return _word(code), tuple((_word(name), _word(kind)) for name, kind in params)


def _word(value: object) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _refusal(status: int, code: str, params: tuple[tuple[str, str], ...], content_type: str) -> Exception:
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT):
        return Unavailable(f"http_{status}")
    if status == HTTPStatus.NOT_FOUND and "json" in content_type:
        return NotFound("not_found")
    if status == HTTPStatus.BAD_REQUEST:
        return Rejected(code or f"http_{status}", params)
    # A 404 in HTML is an address outside the API: the base URL is wrong.
    return Misconfigured(code or f"http_{status}")
