"""Changing the key of the vault: nothing is readable in the store, and an old key can go once all is sealed anew."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import inspect

from loket.identity.digid import DigidSessions
from loket.identity.reseal import SEALED, reseal_vault
from loket.identity.vault import Unreadable, Vault
from loket.store.login import OidcLogin
from loket.store.resealing import Resealed
from loket.store.schema import Base
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.support import Process
from verbonden.cli import main

BSN = "999990019"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


async def logged_in(process: Process, vault: Vault) -> str:
    """A citizen who is logged in, and a log-in that was begun."""
    conversation = await process.open()
    async with process.store.write() as session:
        until = process.clock() + timedelta(minutes=15)
        begun = {"state_hash": conversation[:30], "purpose": "digid", "browser_hash": "x"}
        session.add(OidcLogin(sealed=vault.seal("{}"), expires_at=until, **begun))
    await DigidSessions(process.store, vault, process.clock).begin(conversation, BSN)
    return conversation


def test_every_sealed_field_is_known() -> None:
    columns = [(each.class_.__name__, column.key) for each in Base.registry.mappers for column in inspect(each.class_).columns]
    fields = {(table, name) for table, name in columns if name.startswith("sealed")}
    assert fields == {(field.class_.__name__, field.key) for _, field in SEALED}


async def test_an_old_key_can_go(process: Process) -> None:
    conversation = await logged_in(process, Vault([OLD]))
    both = Vault([NEW, OLD])
    assert await reseal_vault(process.store, both) == Resealed(fresh=0, changed=2)
    assert await reseal_vault(process.store, both) == Resealed(fresh=2, changed=0)
    assert await DigidSessions(process.store, Vault([NEW]), process.clock).bsn(conversation) == BSN
    assert await reseal_vault(process.store, Vault([OLD])) == Resealed(unreadable=2)


async def test_the_command(
    database_url: str, process: Process, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await logged_in(process, Vault([OLD]))
    where = ["sleutels", "--database", database_url, "--var", str(tmp_path)]
    monkeypatch.delenv("VERBONDEN_VAULT_KEYS", raising=False)
    assert await asyncio.to_thread(main, where) == 1
    monkeypatch.setenv("VERBONDEN_VAULT_KEYS", f"{NEW},{OLD}")
    assert await asyncio.to_thread(main, where) == 0
    monkeypatch.setenv("VERBONDEN_VAULT_KEYS", NEW)
    assert await asyncio.to_thread(main, where) == 0
    told = capsys.readouterr()
    assert "2 just now" in told.out.replace("of which ", "") and BSN not in told.out + told.err


def test_what_is_not_sealed_is_not_renewed() -> None:
    with pytest.raises(Unreadable):
        Vault([NEW]).renew("onzin")
