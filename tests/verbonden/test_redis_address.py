"""The parts of a Redis URL must lead Rasa to the same place as the URL leads us."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio.connection import parse_url

from verbonden.supervision.redis_address import WrongRedisUrl, parts


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://localhost", ("localhost", "6379", "", "", "0", "")),
        ("redis://127.0.0.1:7000/3", ("127.0.0.1", "7000", "", "", "3", "")),
        ("redis://:geheim@redis:6379/0", ("redis", "6379", "", "geheim", "0", "")),
        ("redis://piet:ge%40heim%2F@redis/2", ("redis", "6379", "piet", "ge@heim/", "2", "")),
        ("rediss://piet:x@redis.example.nl:6380", ("redis.example.nl", "6380", "piet", "x", "0", "1")),
    ],
)
def test_parts(url: str, expected: tuple[str, ...]) -> None:
    names = ("HOST", "PORT", "USERNAME", "PASSWORD", "DB", "SSL")
    assert parts(url) == {f"VERBONDEN_REDIS_{name}": value for name, value in zip(names, expected)}


@given(password=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20))
def test_any_password_means_the_same_as_to_the_redis_client(password: str) -> None:
    from urllib.parse import quote

    url = f"redis://:{quote(password, safe='')}@127.0.0.1:6379/1"
    assert parts(url)["VERBONDEN_REDIS_PASSWORD"] == password == parse_url(url)["password"]


@pytest.mark.parametrize("url", ["", "localhost:6379", "http://localhost", "unix:///run/redis.sock", "redis://", "redis://h:x", "redis://h/x"])
def test_what_rasa_can_not_use_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(WrongRedisUrl, match=r"^VERBONDEN_REDIS_URL [^\n]+$"):
        parts(url)
