"""Known weaknesses in what is locked: `make audit`. Fails on one that docs/afhankelijkheden.md gives no reason for.

Two services know them: OSV or PyPI for Python (through pip-audit), the registry for npm. When none can be reached this is said,
loudly, and is no failure: a build that can not look must still be able to build.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Iterable, NamedTuple

from setup.tools import TOOLS, node, uv
from verbonden.commands import ROOT, Failed, run
from verbonden.content import fingerprint, is_stamped
from verbonden.progress import Progress

REASONS = ROOT / "docs" / "afhankelijkheden.md"
LOCKS = ("app", "dev", "rasa", "tools", "node", "audit", "fuzz")
PAGES = {"web": ROOT / "web", "inlog": ROOT / "demo" / "inlog"}
WHOLE = ("rasa",)
"""Where a reason may be for a package as a whole: nothing of it can be repaired, and none of it can be reached."""

PATIENCE = 10.0
CANARY = ("jinja2", "2.4.1")
"""A package that is known to be weak: a service that does not say so knows nothing."""

OSV, PYPI = "https://api.osv.dev/v1/query", os.environ.get("VERBONDEN_PYPI", "")
ROW = re.compile(
    r"^\|\s*(app|dev|rasa|tools|node|audit|fuzz|web|inlog)\s*"
    r"\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*(\d{4}-\d\d-\d\d)\s*\|$"
)


class Finding(NamedTuple):
    """A known weakness: in which lock, of which package and version, under which names (one weakness can have several)."""

    where: str
    package: str
    version: str
    ids: frozenset[str]


class Reason(NamedTuple):
    """Why a weakness can stay: `id` is one of its names, or `alle`; `until` is when somebody looks again."""

    where: str
    package: str
    id: str
    why: str
    until: datetime.date


class NotAsked(Exception):
    """No service answered; the message says which and why."""


def reasons(text: str) -> list[Reason]:
    """The rows of the table in the document. Raises ValueError for a whole package outside the environment of Rasa."""
    rows = [match.groups() for match in map(ROW.match, text.splitlines()) if match]
    found = [Reason(row[0], row[1], row[2], row[3], datetime.date.fromisoformat(row[4])) for row in rows]
    for each in found:
        if each.id == "alle" and each.where not in WHOLE:
            raise ValueError(f"{each.where}, {each.package}: a reason is for one weakness, with its number")
    return found


def unexplained(findings: Iterable[Finding], known: Iterable[Reason], today: datetime.date) -> list[Finding]:
    """The findings without a reason, or with one that is too old."""
    valid: dict[str, set[str]] = {}
    for each in known:
        if each.until >= today:
            valid.setdefault(f"{each.where} {each.package}".lower(), set()).add(each.id)
    return [one for one in findings if not valid.get(f"{one.where} {one.package}".lower(), set()) & (one.ids | {"alle"})]


def from_pip_audit(where: str, told: dict[str, Any]) -> list[Finding]:
    """What pip-audit wrote as JSON. Raises NotAsked when it could not ask about a package."""
    skipped = [each["name"] for each in told["dependencies"] if "skip_reason" in each]
    if skipped:
        raise NotAsked(f"{where}: {len(skipped)} packages are not known to the service, such as {skipped[0]}")
    return [
        Finding(where, each["name"], each["version"], frozenset([weak["id"], *weak.get("aliases", [])]))
        for each in told["dependencies"] for weak in each["vulns"]
    ]


def from_npm(where: str, told: dict[str, Any]) -> list[Finding]:
    """What `npm audit --json` wrote. Raises NotAsked for anything but a report."""
    if "auditReportVersion" not in told:
        raise NotAsked(f"{where}: the registry gives no report ({told.get('statusCode') or 'no answer'})")
    found = set()
    for name, each in told["vulnerabilities"].items():
        for via in each["via"]:
            if isinstance(via, dict):  # a text is another package that this one brings
                found.add(Finding(where, name, each["range"], frozenset([via["url"].rsplit("/", 1)[-1]])))
    return sorted(found)


def audit(progress: Progress) -> None:
    """Look, say what was found and what could not be looked at. Raises Failed for a weakness without a reason."""
    findings, unasked = [], []
    service = _service()
    if service is None:
        unasked.append("Python: neither OSV nor PyPI answers about weaknesses")
    else:
        program = _pip_audit(progress)
        for name in LOCKS:
            try:
                with progress.step(f"known weaknesses in requirements/{name}.txt"):
                    findings += from_pip_audit(name, _ask_python(program, service, ROOT / "requirements" / f"{name}.txt"))
            except NotAsked as error:
                unasked.append(str(error))
    environment = {**os.environ, **node(progress)}
    for name, folder in PAGES.items():
        try:
            findings += from_npm(name, _ask_npm(folder, environment))
        except NotAsked as error:
            unasked.append(str(error))
    for each in unasked:
        progress.say(f"NOT CHECKED for known weaknesses: {each}")
    new = unexplained(findings, reasons(REASONS.read_text(encoding="utf-8")), datetime.date.today())
    if new:
        lines = [f"  {one.where}: {one.package} {one.version}: {', '.join(sorted(one.ids))}" for one in new]
        raise Failed("Known weaknesses without a reason in docs/afhankelijkheden.md:\n" + "\n".join(lines))
    progress.say(f"Known weaknesses with a reason: {len(findings)}; without one: 0; not checked: {len(unasked)}.")


def _service() -> str | None:
    """The first of the services of pip-audit that knows the canary."""
    package, version = CANARY
    body = json.dumps({"package": {"name": package, "ecosystem": "PyPI"}, "version": version}).encode()
    for name, url, data, key in (("osv", OSV, body, "vulns"), ("pypi", PYPI.format(package, version), None, "vulnerabilities")):
        try:
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 (two addresses of our own)
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                if json.load(answer).get(key):
                    return name
        except (OSError, ValueError):
            continue
    return None


def _pip_audit(progress: Progress) -> Path:
    folder, lock = TOOLS / "audit", "requirements/audit.txt"
    wanted, stamp = fingerprint(ROOT, [lock]), TOOLS / "audit.stamp"
    if not is_stamped(stamp, wanted):
        program = uv(progress)
        with progress.step("pip-audit") as step:
            run(step, [program, "venv", "--quiet", "--clear", "--python", "3.12", folder], what="pip-audit", python="3.12")
            target = ["--python", folder / "bin" / "python"]
            run(step, [program, "pip", "install", "--quiet", "--require-hashes", *target, "-r", lock], what="pip-audit")
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "bin" / "pip-audit"


def _ask_python(program: Path, service: str, lock: Path) -> dict[str, Any]:
    command = [str(program), "--vulnerability-service", service, "--requirement", str(lock), "--require-hashes", "--disable-pip",
               "--format", "json", "--progress-spinner", "off", "--timeout", str(int(PATIENCE))]
    return _told(lock.stem, command, ROOT, dict(os.environ))


def _ask_npm(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    return _told(folder.name, ["npm", "audit", "--json", "--fetch-retries=0", "--fetch-timeout=20000"], folder, environment)


def _told(where: str, command: list[str], folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    try:
        done = subprocess.run(command, cwd=str(folder), env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=120, check=False)
        told: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NotAsked(f"{where}: {command[0]} gave no report ({type(error).__name__})") from None
    return told
