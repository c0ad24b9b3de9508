"""The fake provider on free ports."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.twilio.rig import Rig, running_rig


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    """A fresh fake with ordinary numbers."""
    async with running_rig() as rig:
        yield rig


@pytest_asyncio.fixture
async def service_rig() -> AsyncIterator[Rig]:
    """A fresh fake with a Messaging Service."""
    async with running_rig(service=True) as rig:
        yield rig
