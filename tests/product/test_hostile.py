"""People who mean harm, against the really started product: what they send does nothing but be answered or refused."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.product.support import Desk
from tests.services.collector import Collector
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

MEGABYTE = 2**20


@pytest_asyncio.fixture
async def citizen(product: RunningProduct) -> AsyncIterator[CitizenClient]:
    """A citizen who has read the welcome."""
    async with CitizenClient(product.url) as client:
        await client.until(lambda: client.messages)
        yield client


async def test_a_megabyte_on_the_socket_ends_it_and_harms_nothing(citizen: CitizenClient, product: RunningProduct) -> None:
    async with citizen.http.ws_connect(f"{product.url}/api/web/ws?after=99", headers={"Origin": product.url}) as socket:
        assert (await socket.receive_json(timeout=20))["type"] == "welcome"
        await socket.send_str(json.dumps({"type": "message", "id": "groot", "text": "a" * MEGABYTE}))
        while (frame := await socket.receive(timeout=20)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert await citizen.ask("Hoe vraag ik een paspoort aan?")
    assert not [m for m in citizen.messages.values() if len(m["text"]) > 10_000]


@pytest.mark.parametrize("path", ["/api/web/session", "/api/web/language", "/api/web/delete", "/api/balie/login"])
async def test_a_megabyte_over_http_is_refused(citizen: CitizenClient, product: RunningProduct, path: str) -> None:
    for body in (b"a" * MEGABYTE, b'{"language": "' + b"a" * MEGABYTE + b'"}'):
        headers = {"Origin": product.url, "Content-Type": "application/json"}
        try:
            async with citizen.http.post(product.url + path, data=body, headers=headers) as answer:
                # the session that is there already is given without reading the body
                assert answer.status == 413 or (path.endswith("session") and answer.status == 200)
        except aiohttp.ClientConnectionError:
            pass  # refused before the last byte was sent
    assert await citizen.ask("Hallo")


async def test_signs_that_turn_or_hide_words_are_not_kept(citizen: CitizenClient) -> None:
    await citizen.ask("Mijn BSN is 9999\u202e90007\u202c en \x1b[31mrood\x00\x07 \u2066x\u2069 شكرا \u200fdank")
    mine = next(m["text"] for m in citizen.messages.values() if m["author"] == "citizen")
    assert "[BSN]" in mine, "a sign between the digits hides no number"
    assert not set(mine) & {"\u202e", "\u202c", "\u2066", "\u2069", "\x1b", "\x00", "\x07"}
    assert "شكرا" in mine and "\u200f" in mine, "who writes from right to left is not harmed"


@pytest.mark.parametrize("text", ["{{7*7}} {naam} ${jndi:ldap://x} %(naam)s", "/restart", "<img src=x onerror=alert(1)>"])
async def test_what_looks_like_a_command_is_words(citizen: CitizenClient, product: RunningProduct, text: str) -> None:
    said = await citizen.ask(text)
    mine = next(m["text"] for m in citizen.messages.values() if m["author"] == "citizen")
    assert mine == text and citizen.state["state"] == "bot"
    assert not [m for m in said if "49" in m["text"] or "<img" in m["text"] or "{" in m["text"]]


async def test_a_citizen_reaches_nothing_of_another(citizen: CitizenClient, product: RunningProduct) -> None:
    secret = f"geheim{secrets.token_hex(5)}"
    await citizen.ask(f"Ik woon in de {secret}straat")
    async with CitizenClient(product.url) as other:
        await other.until(lambda: other.messages)
        headers = {"Origin": product.url}
        for query in (f"conversation={citizen.conversation}", f"session={citizen.conversation}", f"id={citizen.conversation}"):
            async with other.http.get(f"{product.url}/api/web/transcript?form=json&{query}") as answer:
                assert answer.status == 200 and secret not in await answer.text()
        for path, body in (("language", {"language": "en"}), ("delete", {"anyway": True})):
            given = {**body, "conversation": citizen.conversation}
            async with other.http.post(f"{product.url}/api/web/{path}", json=given, headers=headers) as answer:
                assert answer.status in (204, 400)
    assert citizen.connected and await citizen.ask("Hallo"), "only the other one's own conversation was deleted"
    async with citizen.http.get(f"{product.url}/api/web/transcript?form=json") as answer:
        assert secret in await answer.text()


async def test_no_words_numbers_or_secrets_in_logs_metrics_and_traces(
    citizen: CitizenClient, product: RunningProduct, traces: Collector
) -> None:
    # Given words, numbers and names that occur nowhere else
    word, number, phone = f"kwartel{secrets.token_hex(4)}", "999990019", "0612345987"
    await citizen.ask(f"Mijn BSN is {number}, bel {phone}, ik heet {word} en dit is NL91ABNA0417164300")
    await citizen.ask("Hoe ver is ZAAK-2026-0000000004?")
    await citizen.ask("2 november 1957")
    # And a member of staff who reads and answers
    await citizen.ask("Ik wil een mens spreken")
    await citizen.until(lambda: citizen.state["state"] != "bot")
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        await desk.claim(citizen.conversation)
        await desk.say(citizen.conversation, f"Dag {word}, ik help u.")
        await citizen.until(lambda: any(m["author"] == "human" for m in citizen.messages.values()))
    # And what goes wrong: nonsense, a failed log-in
    async with citizen.http.post(f"{product.url}/api/balie/login", data=f"{{{word}", headers={"Origin": product.url}) as answer:
        assert answer.status == 400
    # Then none of it is in what the processes wrote, nor in the figures
    cookie = next(each.value for each in citizen.http.cookie_jar if each.key == "verbonden_session")
    async with citizen.http.get(f"{product.url}/metrics") as answer:
        assert answer.status == 200
        metrics = await answer.text()
    async with asyncio.timeout(30):  # the traces of both processes, with the trace that goes through Rasa
        while not _through(citizen.conversation, traces):
            await asyncio.sleep(0.1)
    files = [path for path in product.var.rglob("*.log*") if path.is_file()]
    assert {"gateway.log", "rasa.log", "actions.log"} <= {path.name for path in files} and "verbonden_" in metrics
    written = {str(path.name): path.read_text(encoding="utf-8", errors="replace") for path in files} | {"/metrics": metrics}
    written["traces"] = b"".join(traces.bodies).decode("utf-8", "replace")
    private = (word, number, phone, "NL91ABNA0417164300", "november 1957", "1957-11-02", cookie, *product.accounts.values())
    shown = {name: [each for each in private if each in text] for name, text in written.items() if not _banner(Path(name))}
    assert not {name: found for name, found in shown.items() if found}


def _through(conversation: str, traces: Collector) -> bool:
    """Whether a message of this conversation was traced from the gateway to an action."""
    mine = [(service, span) for service, span in traces.spans()
            if any(each.value.string_value == conversation for each in span.attributes)]
    of = {service: {span.trace_id for each, span in mine if each == service} for service, _ in mine}
    return bool(of.get("verbonden-gateway", set()) & of.get("verbonden-actions", set()))


def _banner(path: Path) -> bool:
    """What the supervisor prints for whoever starts the demonstration: its accounts stand in it on purpose."""
    return path.name == "run.log"
