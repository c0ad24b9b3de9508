"""One-time tokens and log-ins under way, on both databases: one use, in time, for one purpose, in one browser."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from loket.identity import logins, one_time
from loket.identity.logins import PendingLogins
from loket.identity.oidc import Pending
from loket.identity.oidc_errors import LoginInvalid
from loket.identity.one_time import OneTimeTokens, WrongToken
from loket.identity.vault import Unreadable, Vault, WrongVaultKeys
from loket.store.login import OidcLogin, OneTimeToken
from loket.store.retention import Retention
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.support import Process

KEY, OTHER = ("x" * 42 + "A=", "y" * 42 + "A=")


async def test_a_token_works_once(process: Process) -> None:
    tokens = OneTimeTokens(process.store, process.clock)
    token = await tokens.issue("digid", await process.open())
    conversation = await tokens.look("digid", token)
    assert await tokens.look("digid", token) == conversation, "looking does not use it up: programs preview links"
    assert await tokens.use("digid", token) == conversation
    for again in (tokens.use, tokens.look):
        with pytest.raises(WrongToken) as error:
            await again("digid", token)
        assert error.value.reason == "used"


async def test_of_uses_at_the_same_moment_one_succeeds(process: Process) -> None:
    tokens = OneTimeTokens(process.store, process.clock)
    token = await tokens.issue("digid", await process.open())
    results = await asyncio.gather(*(tokens.use("digid", token) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    assert {result.reason for result in results if isinstance(result, WrongToken)} == {"used"}


async def test_a_token_is_for_its_purpose_and_for_fifteen_minutes(process: Process) -> None:
    tokens = OneTimeTokens(process.store, process.clock)
    token = await tokens.issue("digid", await process.open())
    for purpose, value in (("verder", token), ("digid", token + "x"), ("digid", "")):
        with pytest.raises(WrongToken) as error:
            await tokens.use(purpose, value)
        assert error.value.reason == "unknown"
    process.clock.turn(minutes=14, seconds=59)
    await tokens.look("digid", token)
    process.clock.turn(seconds=2)
    with pytest.raises(WrongToken) as error:
        await tokens.use("digid", token)
    assert error.value.reason == "expired"


async def test_the_token_itself_is_not_in_the_store(process: Process) -> None:
    token = await OneTimeTokens(process.store, process.clock).issue("digid", await process.open())
    async with process.store.read() as session:
        row = await session.scalar(select(OneTimeToken))
    assert row is not None and token not in str(vars(row))


PENDING = Pending("https://broker.example", "https://gemeente.example/digid/terug", "staat", "nonce-1", "geheim-1")


async def test_a_log_in_comes_back_once_in_its_own_browser(process: Process) -> None:
    kept = PendingLogins(process.store, Vault([KEY]), "digid", process.clock)
    await kept.remember(PENDING, "koekje", "c-1")
    wrong = (("staat", "ander", "digid"), ("anders", "koekje", "digid"), ("staat", "koekje", "medewerkers"))
    for state, browser, purpose in wrong:
        with pytest.raises(LoginInvalid) as error:
            await PendingLogins(process.store, Vault([KEY]), purpose, process.clock).take(state, browser)
        assert error.value.reason == "state"
    async with process.store.read() as session:
        row = await session.scalar(select(OidcLogin))
    assert row is not None and not any(word in str(vars(row)) for word in ("nonce-1", "geheim-1", "koekje", "staat'"))
    assert await kept.take("staat", "koekje") == (PENDING, "c-1")
    with pytest.raises(LoginInvalid) as error:
        await kept.take("staat", "koekje")
    assert error.value.reason == "replayed"


async def test_a_log_in_that_takes_too_long_is_over(process: Process) -> None:
    kept = PendingLogins(process.store, Vault([KEY]), "digid", process.clock)
    await kept.remember(PENDING, "koekje")
    process.clock.turn(minutes=16)
    with pytest.raises(LoginInvalid) as error:
        await kept.take("staat", "koekje")
    assert error.value.reason == "late"


async def test_what_is_over_is_removed(process: Process) -> None:
    await PendingLogins(process.store, Vault([KEY]), "digid", process.clock).remember(PENDING, "koekje")
    await OneTimeTokens(process.store, process.clock).issue("digid", await process.open())
    process.clock.turn(days=2)
    rules = [logins.forget_expired(), one_time.forget_expired()]
    assert await Retention(process.store, "h", rules, process.clock).round() == {"oidc_login": 1, "one_time_token": 1}
    async with process.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(OneTimeToken)) == 0


def test_a_key_can_be_changed() -> None:
    sealed = Vault([OTHER]).seal("999990007")
    assert "999990007" not in sealed
    assert Vault([KEY, OTHER]).open(sealed) == "999990007"
    with pytest.raises(Unreadable):
        Vault([KEY]).open(sealed)
    with pytest.raises(Unreadable):
        Vault([OTHER]).open(sealed[:-2] + "AA")


def test_keys_that_are_none() -> None:
    for wrong in ([], ["kort"], [KEY, ""]):
        with pytest.raises(WrongVaultKeys):
            Vault(wrong)
    assert Vault.from_environment({}) is None
    assert Vault.from_environment({"VERBONDEN_VAULT_KEYS": f" {KEY} , {OTHER} "}) is not None
