"""Traces (OpenTelemetry) over gateway, bot engine and actions. Off unless an exporter is named in the environment.

The standard variables count: `OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318` sends them, `OTEL_TRACES_EXPORTER=console`
prints them. Names and attributes hold kinds, codes and the id of a conversation; never a text, a number, a name or an address.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

CARRIER = "traceparent"
"""In the context of a message: Rasa hands that on to the actions as it is, so a trace passes through it unchanged."""

ATTRIBUTES = frozenset({
    "conversation", "outcome", "action", "http.request.method", "http.route", "http.response.status_code",
})  # fmt: skip
_tracer = trace.get_tracer("verbonden")


class UndeclaredAttribute(LookupError):
    """An attribute that is not in ATTRIBUTES: everything that leaves in a trace is chosen here."""


def configure(service: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send traces of this process as the environment says; returns whether they are sent.

    Args:
        service: `verbonden-gateway` or `verbonden-actions`; OTEL_SERVICE_NAME goes before it.
        environment: see above.
    """
    console = environment.get("OTEL_TRACES_EXPORTER") == "console"
    endpoint = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if environment.get("OTEL_SDK_DISABLED") == "true" or not (console or endpoint):
        return False
    # Only here: the packages take some tenths of a second to load.
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

    name = environment.get("OTEL_SERVICE_NAME") or service
    resource = Resource({"service.name": name, "service.namespace": "verbonden"})
    # A collector that is away must not hold up a process that stops: see `flush`.
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    if console:
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True


def flush(seconds: float = 1.0) -> None:
    """Send what was not sent yet, for at most so long: at the end of a process."""
    provider = trace.get_tracer_provider()
    if hasattr(provider, "force_flush"):
        provider.force_flush(int(seconds * 1000))


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, parent: str | None = None, **attributes: Any) -> Iterator[Span]:
    """A stretch of work. An exception is noted by its kind only: its words can hold what a citizen wrote.

    Args:
        name: a fixed name, without anything of the request in it.
        kind: of OpenTelemetry.
        parent: `traceparent` of who asked for it, from another process.
        attributes: of ATTRIBUTES; dots are written as `__`.

    Raises UndeclaredAttribute.
    """
    given = {_declared(key.replace("__", ".")): value for key, value in attributes.items() if value is not None}
    context = propagate.extract({CARRIER: parent}) if parent else None
    with _tracer.start_as_current_span(
        name, context, kind, given, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def note(current: Span, **attributes: Any) -> None:
    """Add attributes that are known at the end only. Raises UndeclaredAttribute."""
    for key, value in attributes.items():
        current.set_attribute(_declared(key.replace("__", ".")), value)


def carried() -> dict[str, str]:
    """The present trace for another process, as `{"traceparent": ...}`; empty when there is none."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return {CARRIER: carrier[CARRIER]} if CARRIER in carrier else {}


def ids() -> dict[str, str]:
    """The present trace and span for a line in the log; empty when there is none."""
    context = trace.get_current_span().get_span_context()
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"} if context.is_valid else {}


def _declared(name: str) -> str:
    if name not in ATTRIBUTES:
        raise UndeclaredAttribute(name)
    return name
