"""A line of the log: JSON, with the conversation, and without what an exception or a library says."""

from __future__ import annotations

import json
import subprocess
import sys

from verbonden.commands import ROOT

PROGRAM = """
import logging, structlog
from loket import logs
logs.configure("gateway")
log = structlog.get_logger("x")
structlog.contextvars.bind_contextvars(conversation="c-1")
log.info("worker.begins", count=2)
try:
    raise ValueError("Mijn BSN is 999990019")
except ValueError:
    log.exception("worker.failed")
    logging.getLogger("aiohttp.server").exception("Error with %s", "999990019")
logging.getLogger("sqlalchemy").warning("999990019")
log.debug("not written")
"""


def test_each_line_is_json_with_what_is_needed_and_nothing_of_a_citizen() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert "BSN" not in done.stderr + done.stdout and "999990019" not in done.stderr + done.stdout
    begins, failed, library, warned = (json.loads(line) for line in done.stderr.splitlines())
    assert begins["event"] == "worker.begins" and begins["conversation"] == "c-1" and begins["count"] == 2
    assert begins["service"] == "gateway" and begins["level"] == "info" and begins["timestamp"].startswith("20")
    assert failed["error"] == "ValueError" and "<string>:9" in failed["where"][-1]
    assert library["event"] == "library.aiohttp.server" and library["error"] == "ValueError" and library["level"] == "error"
    assert warned["event"] == "library.sqlalchemy"
