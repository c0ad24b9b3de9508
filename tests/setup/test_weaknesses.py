"""Known weaknesses: a new one fails, one with a reason does not, and not being able to look is told."""

from __future__ import annotations

import datetime
import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from setup import weaknesses
from setup.weaknesses import Finding, NotAsked, from_npm, from_pip_audit, reasons, unexplained
from verbonden.commands import ROOT, Failed
from verbonden.progress import Progress

TODAY = datetime.date(2026, 11, 28)
WEAK = Finding("app", "aiohttp", "3.14.5", frozenset({"PYSEC-2099-1", "CVE-2099-1"}))
TABLE = "| app | aiohttp | CVE-2099-1 | Wij gebruiken dat deel niet. | {} |"


def test_a_reason_is_for_one_weakness_until_a_day() -> None:
    assert unexplained([WEAK], [], TODAY) == [WEAK]
    assert unexplained([WEAK], reasons(TABLE.format("2027-01-01")), TODAY) == []
    assert unexplained([WEAK], reasons(TABLE.format("2026-11-27")), TODAY) == [WEAK], "its day is over"
    other = WEAK._replace(ids=frozenset({"CVE-2099-2"}))
    assert unexplained([other], reasons(TABLE.format("2027-01-01")), TODAY) == [other]


def test_a_package_as_a_whole_only_where_nothing_reaches_it() -> None:
    old = Finding("rasa", "TensorFlow", "2.12.0", frozenset({"CVE-1"}))
    row = "| {} | tensorflow | alle | Draait niet. | 2027-01-01 |"
    assert unexplained([old], reasons(row.format("rasa")), TODAY) == []
    with pytest.raises(ValueError, match="one weakness"):
        reasons(row.format("app"))


def test_the_document_names_what_is_locked() -> None:
    rows = reasons(weaknesses.REASONS.read_text(encoding="utf-8"))
    locked = {f"{name} {package}" for name in weaknesses.LOCKS for package in
              re.findall(r"^([\w.-]+)==", (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8"), re.MULTILINE)}
    assert len(rows) >= 20 and not [row for row in rows if f"{row.where} {row.package}" not in locked]
    assert all(len(row.why) >= 15 for row in rows)


def test_what_the_programs_write_is_read() -> None:
    weak = {"id": "PYSEC-2099-1", "aliases": ["CVE-2099-1"]}
    told = {"dependencies": [{"name": "aiohttp", "version": "3.14.5", "vulns": [weak]}]}
    assert from_pip_audit("app", told) == [WEAK]
    via = {"url": "https://github.com/advisories/GHSA-1-2-3"}
    lit, other = {"via": [via, "vite"], "range": "<3"}, {"via": ["lit"], "range": "*"}
    npm = {"auditReportVersion": 2, "vulnerabilities": {"lit": lit, "x": other}}
    assert from_npm("web", npm) == [Finding("web", "lit", "<3", frozenset({"GHSA-1-2-3"}))]
    with pytest.raises(NotAsked, match="not known"):
        from_pip_audit("app", {"dependencies": [{"name": "aiohttp", "skip_reason": "not found"}]})
    with pytest.raises(NotAsked, match="405"):
        from_npm("web", {"statusCode": 405, "message": "Method Not Allowed"})


@contextmanager
def osv(weak: bool) -> Iterator[str]:
    """A service that speaks as OSV does, on this machine."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = weak and asked["package"]["name"] == "jinja2"
            body = json.dumps({"vulns": [{"id": "PYSEC-2099-7"}]} if known else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is told; npm is not asked, and only one Python lock is."""
    lines: list[str] = []
    monkeypatch.setattr(Progress, "say", lambda self, text: lines.append(text))
    monkeypatch.setattr(weaknesses, "LOCKS", ("app",))
    monkeypatch.setattr(weaknesses, "PAGES", {})
    monkeypatch.setattr(weaknesses, "PYPI", "http://127.0.0.1:9/{}/{}")
    return lines


def test_without_a_service_it_is_told_and_no_failure(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weaknesses, "OSV", "http://127.0.0.1:9/")
    weaknesses.audit(Progress())
    assert [line for line in said if line.startswith("NOT CHECKED")]


@pytest.mark.parametrize("weak", [True, False])
def test_a_new_weakness_fails_and_a_service_that_knows_nothing_is_no_service(
    said: list[str], monkeypatch: pytest.MonkeyPatch, weak: bool
) -> None:
    with osv(weak) as url:
        monkeypatch.setattr(weaknesses, "OSV", url)
        monkeypatch.setattr(weaknesses, "_pip_audit", lambda progress: Path("pip-audit"))
        told = {"dependencies": [{"name": "aiohttp", "version": "3.14.5", "vulns": [{"id": "CVE-2099-1"}]}]}
        monkeypatch.setattr(weaknesses, "_ask_python", lambda program, service, lock: told)
        if weak:
            with pytest.raises(Failed, match=r"aiohttp 3\.14\.5: CVE-2099-1"):
                weaknesses.audit(Progress())
        else:
            weaknesses.audit(Progress())
            assert [line for line in said if line.startswith("NOT CHECKED")]
