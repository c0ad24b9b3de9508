"""The page of the phone."""

from __future__ import annotations

from aiohttp import web


def add(app: web.Application) -> None:
    """Add the addresses."""
