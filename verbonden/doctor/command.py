"""The subcommand."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import structlog

from verbonden import database
from verbonden.doctor.findings import Finding, Level, good, note, wrong
from verbonden.supervision import telefoon

PROVIDERS_OF_THE_DEMO = {"digid": "VERBONDEN_DIGID", "medewerkers": "VERBONDEN_MEDEWERKERS"}
SIGNS = {Level.GOOD: "ok", Level.NOTE: "note", Level.WRONG: "WRONG"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--var", type=Path, help="folder of the product (VERBONDEN_VAR; default: var)")
    parser.add_argument("--subscribe", action="store_true", help="subscribe to news of cases at the Notificaties API")
    parser.add_argument("--json", action="store_true", help="one JSON list of findings instead of text")


def run(args: argparse.Namespace) -> int:
    """Print all findings; 1 when something is wrong."""
    var = database.folder(args.var)
    # What the parts log about a problem is said here as a finding.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.ERROR)
    findings: list[Finding] = []

    async def examine() -> None:
        async for finding in _examine(var, args.subscribe):
            findings.append(finding)
            if not args.json:
                print(f"{SIGNS[finding.level]:<6} {finding.subject}: {finding.sentence} {finding.advice}".rstrip(), flush=True)

    asyncio.run(examine())
    bad = sum(finding.level is Level.WRONG for finding in findings)
    if args.json:
        print(json.dumps([{"level": f.level.value, "subject": f.subject, "sentence": f.sentence, "advice": f.advice}
                          for f in findings], indent=1))
    else:
        print(f"\n{bad} of {len(findings)} checks found something wrong." if bad else f"\nAll {len(findings)} checks are well.")
    return 1 if bad else 0


async def _examine(var: Path, subscribe: bool) -> AsyncIterator[Finding]:
    from verbonden.doctor.installed import examine_installed, examine_settings
    from verbonden.doctor.keys import examine_keys
    from verbonden.doctor.log_in import examine_log_in
    from verbonden.doctor.notifications import examine_notifications
    from verbonden.doctor.reachable import examine_services, examine_stores
    from verbonden.doctor.registers import examine_registers
    from verbonden.doctor.twilio import examine_twilio

    for finding in examine_installed(var):
        yield finding
    environment = dict(os.environ)
    running = _running(var)
    if running is not None:
        yield _processes(running)
        environment |= _environment_of(running)
    elif "VERBONDEN_BOT_URL" not in environment:
        yield note("processes", f"no product runs on {var}.", "Start it with `make run` to have everything examined.")
        yield _port(environment)
        environment.setdefault("VERBONDEN_DATABASE_URL", f"sqlite:///{var / 'verbonden.sqlite3'}")
    for finding in examine_settings(environment):
        yield finding
    async for finding in examine_stores(environment):
        yield finding
    async for finding in examine_keys(environment, var):
        yield finding
    if running is not None or "VERBONDEN_BOT_URL" in environment:
        async for finding in examine_services(environment):
            yield finding
        async for finding in examine_registers(environment):
            yield finding
        async for finding in examine_notifications(environment, subscribe=subscribe):
            yield finding
        async for finding in examine_log_in(environment):
            yield finding
        async for finding in examine_twilio(environment):
            yield finding


def _running(var: Path) -> dict[str, Any] | None:
    """The status of the product that runs on the folder, or None."""
    try:
        status: dict[str, Any] = json.loads((var / "status.json").read_text(encoding="utf-8"))
        os.kill(status["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return status


def _processes(status: dict[str, Any]) -> Finding:
    down = [name for name, child in status["children"].items() if not child["ready"]]
    restarted = [f"{name} ({child['restarts']})" for name, child in status["children"].items() if child["restarts"]]
    if down:
        return wrong("processes", f"not ready: {', '.join(down)}.", f"See the logs in {status['var']}/log.")
    if restarted:
        return note("processes", f"all run; started again after they died: {', '.join(restarted)}.", f"See {status['var']}/log.")
    return good("processes", f"all {len(status['children'])} run, none was restarted.")


def _environment_of(status: dict[str, Any]) -> dict[str, str]:
    secrets = json.loads(Path(status["secrets"]).read_text(encoding="utf-8"))
    found = {
        "VERBONDEN_DATABASE_URL": status["database_url"], "VERBONDEN_REDIS_URL": status["redis_url"],
        "VERBONDEN_BOT_URL": status["bot_url"], "VERBONDEN_BOT_SECRET": status["bot_secret"],
        "VERBONDEN_ACTIONS_URL": status["actions_url"], "VERBONDEN_PUBLIC_URL": status["url"],
    }
    if status["zaaksysteem_url"] and "zaaksysteem" in status["children"]:
        found |= {"ZAAKSYSTEEM_URL": status["zaaksysteem_url"], "ZAAKSYSTEEM_CLIENT_ID": secrets["zaaksysteem_client_id"],
                  "ZAAKSYSTEEM_SECRET": secrets["zaaksysteem_secret"], "KLANTINTERACTIES_URL": status["zaaksysteem_url"],
                  "KLANTINTERACTIES_TOKEN": secrets["klantinteracties_token"],
                  "VERBONDEN_NRC_AUTHORIZATION": f"Bearer {secrets['nrc_authorization']}", "NRC_CALLBACK_URL": "demo"}
    if "inlog" in status["children"]:
        for name, prefix in PROVIDERS_OF_THE_DEMO.items():
            found |= {f"{prefix}_ISSUER": f"http://127.0.0.1:{status['children']['inlog']['port']}/{name}",
                      f"{prefix}_CLIENT_ID": "verbonden", f"{prefix}_CLIENT_SECRET": secrets["inlog_client_secret"]}
        found["VERBONDEN_VAULT_KEYS"] = os.environ.get("VERBONDEN_VAULT_KEYS") or secrets["vault_key"]
    if "twilio" in status["children"]:
        found |= telefoon.settings(os.environ, secrets["twilio_account_sid"], secrets["twilio_auth_token"], status["twilio_url"])
    return found


def _port(environment: dict[str, str]) -> Finding:
    from verbonden.supervision.ports import is_free

    port = int(environment.get("VERBONDEN_PORT") or 8080)
    if port == 0 or is_free(port, environment.get("VERBONDEN_HOST") or "127.0.0.1"):
        return good("port", f"{port} is free.")
    return wrong("port", f"{port} is in use by another program.", "Stop that, or choose another port with VERBONDEN_PORT.")
