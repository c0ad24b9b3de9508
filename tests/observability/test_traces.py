"""A message is one trace from the gateway through the bot engine to the action, and nothing of anybody is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext
from rasa_sdk import Action
from rasa_sdk.interfaces import Tracker

from channels.bot_client import RasaBot
from channels.watching import watched
from loket import tracing
from verbonden.action_server import TracedExecutor

SECRET = "Mijn BSN is 999990019"
EXPORTER = InMemorySpanExporter()


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What was traced in the test."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(EXPORTER))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("verbonden"))
    EXPORTER.clear()
    yield EXPORTER
    EXPORTER.clear()


class _Fails(Action):  # type: ignore[misc]
    """An action that fails with what the citizen wrote."""

    def name(self) -> str:
        return "action_fails"

    async def run(self, dispatcher: Any, tracker: Tracker, domain: Any) -> list[Any]:
        raise ValueError(SECRET)


async def test_one_trace_through_gateway_bot_and_action(spans: InMemorySpanExporter) -> None:
    executor = TracedExecutor()
    executor.register_action(_Fails)

    async def rasa(request: web.Request) -> web.Response:
        """What Rasa does with it: the context of the message is the metadata that the action gets."""
        body = await request.json()
        tracker = {"sender_id": "x", "latest_message": {"text": body["text"], "metadata": body["context"]}, "events": []}
        with pytest.raises(ValueError, match="BSN"):
            await executor.run({"next_action": "action_fails", "tracker": tracker, "domain": {}})
        return web.json_response({"payloads": []})

    app = web.Application()
    app.router.add_post("/webhooks/verbonden/webhook", rasa)
    async with TestServer(app) as server:
        bot = RasaBot(str(server.make_url("/")), "x")
        with tracing.span("conversation", conversation="c-1"):
            await bot.answer("s", "m", SECRET, None, {"conversation": "c-1"}, False)
        await bot.close()
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"conversation", "bot webhook", "action"}
    assert len({_context(span).trace_id for span in found.values()}) == 1
    assert _parent(found["bot webhook"]) == _id(found["conversation"]) and _parent(found["action"]) == _id(found["bot webhook"])
    assert dict(found["action"].attributes or {}) == {"action": "action_fails", "conversation": "c-1"}
    whole = "".join(span.to_json() for span in found.values())
    assert "ValueError" in whole and "BSN" not in whole and "999990019" not in whole


def _context(span: ReadableSpan) -> SpanContext:
    found = span.get_span_context()
    assert found is not None
    return found


def _id(span: ReadableSpan) -> int:
    return _context(span).span_id


def _parent(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


async def test_a_request_is_traced_under_its_pattern(spans: InMemorySpanExporter) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"trace": tracing.ids()})

    app = web.Application(middlewares=[watched])
    app.router.add_get("/i/{token}", answer)
    async with TestClient(TestServer(app)) as client:
        forged = {"traceparent": "00-11111111111111111111111111111111-2222222222222222-01"}
        told = await (await client.get("/i/geheime-link?bsn=999990019", headers=forged)).json()
        assert (await client.get("/niets/999990019")).status == 404
    assert told["trace"]["trace_id"] != "1" * 32, "a browser continues no trace of ours"
    names = [span.name for span in spans.get_finished_spans()]
    assert names == ["GET /i/{token}", "GET none"]
    whole = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "geheime" not in whole and "999990019" not in whole


def test_it_is_off_unless_asked_for_and_only_declared_attributes_leave() -> None:
    assert not tracing.configure("x", {})
    assert not tracing.configure("x", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"})
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider), "nothing was set"
    with tracing.span("conversation"):
        assert tracing.carried() == {} and tracing.ids() == {}
    with pytest.raises(tracing.UndeclaredAttribute), tracing.span("x", text="Hallo"):
        pass
    assert json.dumps(sorted(tracing.ATTRIBUTES)).count("text") == 0
