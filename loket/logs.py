"""The log of a process: one JSON object a line, with the conversation and the trace where there is one. Never a text."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from loket import tracing

FRAMES = 12


def _traced(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {**event, **tracing.ids()}


def _of_libraries(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A line of a library: its words can hold anything, so only who wrote it and the kind of the fault are kept."""
    record: logging.LogRecord = event["_record"]
    kept: dict[str, Any] = {"event": f"library.{record.name}", "line": f"{record.module}:{record.lineno}"}
    fault = event.get("exc_info") or record.exc_info
    if isinstance(fault, tuple) and fault[0] is not None:
        kept["error"] = fault[0].__name__
    return {"_record": record, "_from_structlog": False, "level": event.get("level"), "timestamp": event.get("timestamp"), **kept}


def _fault(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The kind of an exception and where it was raised; not what it says, which can hold what a citizen wrote."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given if isinstance(given, BaseException) else None
    if error is None:
        return event
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]
    return {**event, "error": type(error).__name__, "where": where}


def configure(service: str) -> None:
    """Write to standard error from now on, libraries too (warnings and worse). `service` stands in every line."""

    def named(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    shared: list[Processor] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), named]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *shared, _traced, _fault, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            _of_libraries, structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(),
        ],
    ))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
