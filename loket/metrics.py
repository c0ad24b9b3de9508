"""The metrics of the gateway: each is declared here, with its labels; another name raises.

Labels hold kinds and codes only, never a number, a name, an address or a text.
"""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()

_COUNTERS = {
    "messages_in": ("Messages of citizens that were accepted", ("channel",)),
    "messages_missed": ("Messages of citizens that were fetched, because the provider could not bring them", ()),
    "messages_out": ("Messages that a provider took from us", ("channel",)),
    "segments_out": ("Estimated segments of those messages (SMS is paid by the segment)", ("channel",)),
    "messages_out_failed": ("Messages that were given up, or that the provider could not deliver", ("channel", "reason")),
    "delivery_retries": ("Messages that are tried again later", ("channel", "reason")),
    "webhooks_refused": ("Requests to a webhook that were refused", ("provider", "reason")),
    "webhooks_repeated": ("Webhooks that came more than once and were handled once", ("provider",)),
    "statuses_asked": ("States of messages that we had to ask for, as their call-back never came", ()),
    "opt_outs": ("Citizens who stopped messages", ("channel",)),
    "media_out": ("Files of staff for citizens", ("channel",)),
    "media_in": ("Files of citizens", ("channel",)),
    "http_requests": ("Requests that were answered", ("route", "status")),
    "refused": ("What was refused because it was too much", ("what",)),
    "bot_failed": ("Questions to the bot engine without an answer that could be used", ("call", "reason")),
}
_HISTOGRAMS = {
    "http_seconds": ("Time until a request was answered", ("route",), (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)),
    "bot_seconds": ("Time that the bot engine took", ("call",), (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 12)),
    "webhook_seconds": ("Time until a webhook was stored and acknowledged", ("provider",), (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)),
}
_GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "up": ("Whether a part can be reached from this gateway: 1 or 0", ("part",)),
    "sockets": ("Open connections of citizens at this gateway", ()),
    "waiting": ("Conversations that wait for a human", ("urgency",)),
    "waiting_seconds": ("How long the first of them has waited", ("urgency",)),
    "unhandled": ("Conversations with a message that was accepted and not handled yet", ()),
    "unhandled_seconds": ("How long the oldest of them has been so", ()),
    "accepted": ("Messages of SMS and WhatsApp between accepted and stored; failed: set aside, nobody tries them", ("state",)),
    "accepted_seconds": ("How long ago the oldest of them came", ("state",)),
    "undelivered": ("Messages that are on their way to a citizen", ("channel",)),
    "undelivered_seconds": ("How long the oldest of them has been due", ("channel",)),
    "retention_seconds": ("How long ago the job that removes what is old was done", ()),
    "audit_links": ("Links in the chain of the audit", ()),
}
REGISTRY.register(ProcessCollector(registry=None))


class UndeclaredMetric(LookupError):
    """A metric, or a label of one, that is not declared in this module."""


_made: dict[str, Counter | Histogram | Gauge] = {
    **{name: Counter(f"verbonden_{name}", text, labels, registry=REGISTRY) for name, (text, labels) in _COUNTERS.items()},
    **{
        name: Histogram(f"verbonden_{name}", text, labels, buckets=buckets, registry=REGISTRY)
        for name, (text, labels, buckets) in _HISTOGRAMS.items()
    },
    **{name: Gauge(f"verbonden_{name}", text, labels, registry=REGISTRY) for name, (text, labels) in _GAUGES.items()},
}


def count(name: str, by: float = 1, **labels: str) -> None:
    """Add to a counter. Raises UndeclaredMetric."""
    found = _labelled(name, _COUNTERS, labels)
    assert isinstance(found, Counter)
    found.inc(by)


def observe(name: str, value: float, **labels: str) -> None:
    """Add a value (seconds for names that end so) to a histogram. Raises UndeclaredMetric."""
    found = _labelled(name, _HISTOGRAMS, labels)
    assert isinstance(found, Histogram)
    found.observe(value)


def level(name: str, value: float, **labels: str) -> None:
    """Set a gauge. Raises UndeclaredMetric."""
    found = _labelled(name, _GAUGES, labels)
    assert isinstance(found, Gauge)
    found.set(value)


def declared() -> dict[str, tuple[str, ...]]:
    """The labels of each metric of ours, by its name as Prometheus shows it."""
    return {
        **{f"verbonden_{name}_total": labels for name, (_, labels) in _COUNTERS.items()},
        **{f"verbonden_{name}": labels for name, (_, labels, _) in _HISTOGRAMS.items()},
        **{f"verbonden_{name}": labels for name, (_, labels) in _GAUGES.items()},
    }


def _labelled(name: str, declared: Mapping[str, tuple[object, ...]], labels: dict[str, str]) -> object:
    if name not in declared or set(labels) != set(declared[name][1]):  # type: ignore[call-overload]
        raise UndeclaredMetric(f"{name} with {sorted(labels)}")
    return _made[name].labels(**labels) if labels else _made[name]


def rendered() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
