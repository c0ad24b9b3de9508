"""Files on both databases."""

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
