"""What can be reached: store, bus, Rasa, actions, case systems, gateway."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from alembic.runtime.migration import MigrationContext
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError
from sqlalchemy.exc import SQLAlchemyError

from loket.cases.errors import CaseSystemError
from loket.cases.registry import CaseSystems
from loket.store.engine import make_engine
from loket.store.migrate import head
from verbonden.commands import ROOT
from verbonden.doctor.findings import Finding, good, note, wrong

PATIENCE = aiohttp.ClientTimeout(total=5)
PROBE_TEXT = "Ik wil een afspraak maken"


async def examine_stores(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Ask the database and the bus.

    Args:
        environment: the settings of the product; what is not set is not asked.
    """
    if url := environment.get("VERBONDEN_DATABASE_URL"):
        yield await _database(url)
    if url := environment.get("VERBONDEN_REDIS_URL"):
        yield await _redis(url)


async def examine_services(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Ask the processes of a running product and the case systems.

    Args:
        environment: the settings of the product; what is not set is not asked.
    """
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        if url := environment.get("VERBONDEN_BOT_URL"):
            yield await _rasa(http, url, environment.get("VERBONDEN_BOT_SECRET", ""))
        if url := environment.get("VERBONDEN_ACTIONS_URL"):
            yield await _actions(http, url)
        if url := environment.get("VERBONDEN_PUBLIC_URL"):
            yield await _gateway(http, url)
    async for finding in _case_systems(environment):
        yield finding


async def _database(url: str) -> Finding:
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return note("database", "it does not exist yet; the first start makes it.")
    engine = make_engine(url)
    try:
        async with asyncio.timeout(10), engine.connect() as connection:
            current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[:1]
        return wrong("database", f"it can not be used: {reason[0] if reason else type(error).__name__}.",
                     "Start the database server, or correct VERBONDEN_DATABASE_URL.")
    finally:
        await engine.dispose()
    if current != head():
        return wrong("database", f"its tables are of revision {current or 'none'}, the program needs {head()}.",
                     "Run `python -m loket.store.migrate`; `make run` does so too.")
    return good("database", f"it answers; its tables are up to date ({current}).")


async def _redis(url: str) -> Finding:
    client = Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    try:
        info: dict[str, Any] = await client.info("server")
    except AuthenticationError:
        return wrong("Redis", "it refuses the user name or password.", "Correct VERBONDEN_REDIS_URL.")
    except (RedisError, OSError, TimeoutError):
        return wrong("Redis", "it can not be reached.", "Start the server, or correct VERBONDEN_REDIS_URL.")
    finally:
        await client.aclose()
    name, version = info.get("server_name", "redis"), info.get("valkey_version") or info.get("redis_version")
    return good("Redis", f"it answers ({name} {version}).")


async def _rasa(http: aiohttp.ClientSession, url: str, secret: str) -> Finding:
    try:
        async with http.get(f"{url}/webhooks/verbonden/") as answer:
            if answer.status != 200:
                return wrong("Rasa", "it runs but has no model.", "See var/log/rasa.log; run `make model`.")
        started = time.monotonic()
        async with http.post(f"{url}/webhooks/verbonden/understand", json={"text": PROBE_TEXT},
                             headers={"X-Verbonden-Secret": secret}) as answer:
            if answer.status == 403:
                return wrong("Rasa", "it refuses our secret.", "Give it the same VERBONDEN_BOT_SECRET as the gateway.")
            found = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return wrong("Rasa", "it can not be reached.", "See var/log/rasa.log.")
    return good("Rasa", f"it understands a text as {found['uitkomst']!r} in {(time.monotonic() - started) * 1000:.0f} ms.")


async def _actions(http: aiohttp.ClientSession, url: str) -> Finding:
    try:
        async with http.get(url.replace("/webhook", "/actions")) as answer:
            return good("action server", f"it answers with {len(await answer.json())} actions.")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return wrong("action server", "it can not be reached.", "See var/log/actions.log.")


async def _gateway(http: aiohttp.ClientSession, url: str) -> Finding:
    try:
        async with http.get(f"{url}/health/ready") as answer:
            state = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return wrong("gateway", f"it can not be reached at {url}.", "See var/log/gateway.log, and VERBONDEN_PUBLIC_URL.")
    missing = [name for name, there in state.items() if not there]
    if missing:
        return wrong("gateway", f"it works, but can not reach: {', '.join(missing)}.", "See var/log/gateway.log.")
    return good("gateway", f"it answers at {url}.")


async def _case_systems(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    data = environment.get("VERBONDEN_DATA") or str(ROOT / "data")
    path = environment.get("VERBONDEN_CASE_SYSTEMS") or os.path.join(data, "zaaksystemen.yaml")
    try:
        systems = CaseSystems.from_file(path, environment)
    except (CaseSystemError, OSError) as error:
        yield wrong("case systems", f"{path} can not be used: {error}.", "Correct the file.")
        return
    try:
        for check in await systems.check():
            subject = f"case system {check.system_id}"
            if check.problem is None:
                yield good(subject, "it answers and accepts us.")
            elif check.misconfigured:
                yield wrong(subject, f"it is misconfigured: {check.problem}.", f"Correct {path} or the variables that it names.")
            else:
                yield wrong(subject, f"it can not be asked now: {check.problem}.", "Citizens are told so; ask its administrator.")
    finally:
        await systems.close()
