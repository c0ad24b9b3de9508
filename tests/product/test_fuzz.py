"""Nonsense to every endpoint of docs/openapi.yaml and to the socket of the chat: what is described answers, never a fault.

On PostgreSQL, which refuses more than SQLite does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from channels.web.access import COOKIE
from channels.web.connection import FRAME_BYTES
from verbonden.client import CitizenClient
from verbonden.commands import ROOT
from verbonden.running import RunningProduct

EXAMPLES = 4
"""For each of some 90 operations: 12 seconds. More by hand; see docs/dreigingen.md for what that found."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yaml").exclude(
    path=["/api/web/ws", "/api/balie/ws", "/api/balie/logout", "/api/balie/oidc/begin", "/digid/inloggen", "/api/web/delete"]
)
"""Without the sockets (below), what would end the session that the others need, and what leads to another server."""

SCHEMA.config.generation.update(database="none", with_security_parameters=False)


@dataclass
class Stranger:
    """A browser with a conversation that waits for a human, and with a member of staff logged in who may do little else.

    Attributes:
        http: with both cookies.
        conversation: of the citizen.
    """

    http: requests.Session
    conversation: str
    calls: int = 0


async def _waiting(url: str) -> tuple[str, str]:
    """A citizen who waits for a human: the cookie and the conversation."""
    async with CitizenClient(url) as citizen:
        await citizen.until(lambda: citizen.messages)
        await citizen.ask("ik wil een mens")
        return next(each.value for each in citizen.http.cookie_jar if each.key == COOKIE), citizen.conversation


@pytest.fixture(scope="session")
def stranger(product_postgres: RunningProduct) -> Iterator[Stranger]:
    """Somebody who sends nonsense; what waits for a human is gone afterwards."""
    secret, conversation = asyncio.run(_waiting(product_postgres.url))
    with requests.Session() as http:
        http.headers["Origin"] = product_postgres.url
        http.cookies.set(COOKIE, secret)
        body = {"username": "lotte", "password": product_postgres.accounts["lotte"]}
        answer = http.post(f"{product_postgres.url}/api/balie/login", json=body, timeout=30)
        answer.raise_for_status()
        http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        reason = {"reason": "Hier komt onzin naartoe."}
        opened = f"{product_postgres.url}/api/balie/conversations/{conversation}/open"
        http.post(opened, json=reason, timeout=30).raise_for_status()
        yield Stranger(http, conversation)
        http.post(f"{product_postgres.url}/api/web/delete", json={"anyway": True}, timeout=30).raise_for_status()


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES, phases=[Phase.generate], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_what_is_described_is_what_answers(
    case: schemathesis.Case[Any], stranger: Stranger, product_postgres: RunningProduct
) -> None:
    stranger.calls += 1
    if "id" in case.path_parameters and stranger.calls % 2:  # every other time a conversation that is really there
        case.path_parameters["id"] = stranger.conversation
    case.call_and_validate(base_url=product_postgres.url, session=stranger.http, checks=CHECKS, timeout=30, allow_redirects=False)


@pytest.mark.parametrize("path", ["/api/balie/conversations/%00", "/api/balie/callbacks/offers?conversation=a%00", "/i/%00",
                                  "/verder/%00x", "/api/balie/media/%00", "/api/web/transcript?form=%00", "/%00.js"])
def test_an_address_with_nothing_in_it_is_no_address(path: str, stranger: Stranger, product_postgres: RunningProduct) -> None:
    assert stranger.http.get(product_postgres.url + path, timeout=30).status_code == 400


FRAMES = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    ).map(json.dumps),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["message", "button", "typing", "ack", "ping", "welcome"])},
        optional={
            "id": st.one_of(st.text(max_size=60), st.integers(), st.none(), st.just("zelfde")),
            "text": st.one_of(st.text(max_size=60), st.integers(), st.lists(st.text(max_size=3))),
            "seq": st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.just(10**30)),
            "payload": st.one_of(st.text(max_size=40), st.just("/restart"), st.dictionaries(st.text(max_size=3), st.none())),
        },
    ).map(json.dumps),
    st.just("[" * 20_000),
    st.just('{"type": "ack", "seq": 1e400}'),
)


@settings(max_examples=12, phases=[Phase.generate], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(frames=st.lists(FRAMES, min_size=4, max_size=12))
def test_no_frame_breaks_the_socket_or_what_comes_after(frames: list[str | bytes], product_postgres: RunningProduct) -> None:
    asyncio.run(_after(frames, product_postgres.url))


async def _after(frames: list[str | bytes], url: str) -> None:
    async with CitizenClient(url) as citizen:
        await citizen.until(lambda: citizen.messages)
        async with citizen.http.ws_connect(f"{url}/api/web/ws?after=99", headers={"Origin": url}) as socket:
            assert (await socket.receive_json(timeout=30))["type"] == "welcome"
            for frame in frames:
                if len(frame) < FRAME_BYTES:
                    await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))
            await socket.send_str(json.dumps({"type": "ping"}))
            while (told := await _json(socket))["type"] != "pong":
                assert told["type"] in {"error", "accepted", "refused", "message", "state", "typing"}, told


async def _json(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    frame = await socket.receive(timeout=30)
    assert frame.type is aiohttp.WSMsgType.TEXT, f"the gateway closed the socket: {frame}"
    found: dict[str, Any] = json.loads(frame.data)
    return found
