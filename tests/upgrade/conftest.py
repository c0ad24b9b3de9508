"""An empty database of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.services.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> PostgresServer | None:
    """The server of the database, None for SQLite."""
    return request.getfixturevalue("postgres_server") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def url(server: PostgresServer | None, tmp_path: Path) -> AsyncIterator[str]:
    """A database without tables."""
    if server is None:
        yield f"sqlite:///{tmp_path / 'verbonden.sqlite3'}"
        return
    found = await server.new_database()
    yield found
    await server.drop_database(found)
