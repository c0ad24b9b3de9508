"""Our side of SMS and WhatsApp with the fake provider, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

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
    template,
)


@pytest_asyncio.fixture
async def rig(database_url: str, bus: Bus, composer: Composer, tmp_path: Path) -> AsyncIterator[Rig]:  # noqa: F811
    """A fresh rig."""
    async with running_rig(database_url, bus, composer, tmp_path) as running:
        yield running
