"""Which sites may embed the chat: a mistake in the setting must stop the start, not let everybody in."""

from __future__ import annotations

import pytest

from loket.settings import Settings, WrongSetting

BASE = {
    "VERBONDEN_DATABASE_URL": "sqlite:///x",
    "VERBONDEN_REDIS_URL": "redis://x",
    "VERBONDEN_BOT_URL": "http://x",
    "VERBONDEN_BOT_SECRET": "x",
}


def origins(value: str) -> frozenset[str]:
    """The setting as the gateway reads it."""
    return Settings.from_environment({**BASE, "VERBONDEN_EMBED_ORIGINS": value}).embed_origins


def test_none_by_default() -> None:
    assert Settings.from_environment(BASE).embed_origins == frozenset()


def test_several_with_spaces_between_them() -> None:
    assert origins("https://www.demodam.nl  http://localhost:8000") == {"https://www.demodam.nl", "http://localhost:8000"}


@pytest.mark.parametrize("wrong", ["*", "https://*.demodam.nl", "https://demodam.nl/", "http://demodam.nl", "demodam.nl", "null"])
def test_what_is_no_origin_is_refused(wrong: str) -> None:
    with pytest.raises(WrongSetting, match="VERBONDEN_EMBED_ORIGINS"):
        origins(wrong)
