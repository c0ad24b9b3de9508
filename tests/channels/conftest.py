"""Our side of SMS and WhatsApp with the fake provider, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from loket.answers.compose import Composer
from loket.bus import Bus
from tests.channels.rig import Rig, running_rig
from tests.conversations.conftest import (  # noqa: F401 (fixtures)
    bus,
    clock,
    composer,
    database_url,
    migrated_postgres,
    migrated_sqlite,
    process,
)
from tests.services.postgres import PostgresServer

BOTH = pytest.mark.parametrize("template", ["sqlite", "postgresql"], indirect=True)
"""For tests where what counts is done by the database."""


@pytest.fixture
def template(request: pytest.FixtureRequest) -> Path | tuple[PostgresServer, str]:
    """What the database of a test is copied from: SQLite, unless a test asks for BOTH."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path: Path = request.getfixturevalue("migrated_sqlite")
        return path
    return request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_postgres")


@pytest_asyncio.fixture
async def rig(database_url: str, bus: Bus, composer: Composer, tmp_path: Path) -> AsyncIterator[Rig]:  # noqa: F811
    """A fresh rig."""
    async with running_rig(database_url, bus, composer, tmp_path) as running:
        yield running
