"""What identifies people is sealed in the database: nobody reads it there, and its keys can change."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import JSON, LargeBinary, select, text, update

from loket.partners.partners import Partners
from loket.store import Store
from loket.store.field_keys import FieldKeys, Unreadable, WrongKeys, field_keys
from loket.store.migrate import downgrade, upgrade
from loket.store.partners import PartnerAddress
from loket.store.resealing import Resealed, reseal_fields
from loket.store.schema import Message
from loket.store.sealed import NotSearchable, Sealed
from loket.store.tables import sealed_columns
from tests.conversations.support import Process
from tests.upgrade import rows
from tests.written import written

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NUMBER, NAME, WORDS = "+31612345678", "Sanne Jansen", "Ik kan de huur niet betalen"
UseKeys = Callable[..., None]

SEALED = {
    "accepted_message": {"given"},
    "attachment": {"name", "source"},
    "attachment_bytes": {"data"},
    "callback": {"number", "question"},
    "callback_event": {"note"},
    "contact_job": {"content"},
    "conversation": {"facts", "summary", "closing"},
    "message": {"text", "content", "understanding"},
    "partner_address": {"number", "profile_name"},
    "rating": {"words"},
    "review": {"text"},
    "transfer": {"note", "refusal"},
}
"""What docs/dreigingen.md (19) says of the database, column by column."""


async def texted(process: Process) -> PartnerAddress:
    """Somebody who sent an SMS."""
    address = await Partners(process.store, process.inbox, process.clock).known("sms", NUMBER)
    assert address.conversation_id is not None
    async with process.store.write() as session:
        (await session.get_one(PartnerAddress, address.id)).profile_name = NAME
    await process.receive(address.conversation_id, WORDS)
    return address


async def found(process: Process) -> tuple[str, str | None, str]:
    """Who is found by the number: id, name, and what they said."""
    address = await Partners(process.store, process.inbox, process.clock).known("sms", NUMBER)
    assert address.conversation_id is not None
    (message,) = await process.messages(address.conversation_id)
    return address.id, address.profile_name, message.text


async def test_no_sealed_column_can_be_read_in_the_database(process: Process, database_url: str) -> None:
    assert {table.name: {column.name for column in columns} for table, columns in sealed_columns().items()} == SEALED
    # Given something in each of them
    secret: dict[type, object] = {JSON: {"zegt": "geheimpje"}, LargeBinary: b"geheimpje"}
    async with process.store.engine.begin() as connection:
        await connection.run_sync(rows.fill)
        for table, columns in sealed_columns().items():
            values = {each.name: secret.get(type(of(each.type)), "geheimpje") for each in columns}
            await connection.execute(update(table).values(values))
            # Then we read it
            for row in await connection.execute(select(*columns)):
                assert row._asdict() == values, table.name
    # And nobody does in what the database wrote
    found = await written(database_url)
    assert b"geheimpje" not in found and b"geheimpje".hex().encode() not in found
    assert found.count(field_keys().mark.encode()) >= rows.ROWS * sum(len(columns) for columns in SEALED.values())


def of(kind: object) -> object:
    """How the database knows a sealed column."""
    assert isinstance(kind, Sealed)
    return kind.impl_instance


async def test_the_command_seals_every_table(process: Process, database_url: str, tmp_path: Path) -> None:
    """In a process of its own, which has imported no more than it does by itself."""
    async with process.store.engine.begin() as connection:
        await connection.run_sync(rows.fill)  # as they stand there: not sealed
        for log_ins in ("digid_session", "oidc_login"):  # what stands there is of no vault
            await connection.execute(text(f"delete from {log_ins}"))
        sealed = FieldKeys([OLD]).seal(WORDS)
        await connection.execute(text("update message set text = :sealed where seq = 1"), {"sealed": sealed})
    command = [sys.executable, "-m", "verbonden.cli", "sleutels", "--database", database_url, "--var", str(tmp_path)]

    def run(*keys: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "VERBONDEN_VAULT_KEYS": ",".join(keys)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    # When a key is missing
    told = await asyncio.to_thread(run, NEW)
    # Then it says which one, and of nobody that he must log in again
    assert told.returncode == 1 and told.stderr.startswith("1 texts, numbers or files")
    assert FieldKeys([OLD]).names[0] in told.stderr and "Throw no key away" in told.stderr and "log" not in told.stderr
    assert "Nothing needs" not in told.stdout
    # When it is there, then everything is sealed with the first
    told = await asyncio.to_thread(run, NEW, OLD)
    assert told.returncode == 0 and told.stderr == "" and FieldKeys([OLD]).names[0] in told.stdout
    async with process.store.engine.connect() as connection:
        for table, columns in sealed_columns().items():
            names = ", ".join(each.name for each in columns)
            for row in await connection.execute(text(f"select {names} from {table.name}")):
                for stored in row:
                    assert not stored or stored in ("{}", {}) or FieldKeys([NEW]).is_fresh(as_sealed(stored)), table.name


def as_sealed(stored: object) -> str | bytes:
    """Without the quotes of JSON."""
    assert isinstance(stored, str | bytes)
    return stored.strip('"') if isinstance(stored, str) else stored


async def test_keys_change_while_numbers_are_found(process: Process, use_keys: UseKeys) -> None:
    # Given a store that was written with the old key
    use_keys(OLD)
    address = await texted(process)
    # When a new key is put in front
    use_keys(NEW, OLD)
    # Then the old rows are found and read, and once they are sealed anew the old key can go
    assert await found(process) == (address.id, NAME, WORDS)
    assert await reseal_fields(process.store) == Resealed(changed=3)
    assert await reseal_fields(process.store) == Resealed(fresh=3)
    use_keys(NEW)
    assert await found(process) == (address.id, NAME, WORDS)
    use_keys(OLD)
    missing = frozenset(FieldKeys([NEW]).names)
    assert await reseal_fields(process.store) == Resealed(unreadable=3, missing=missing)
    with pytest.raises(Unreadable):
        async with process.store.read() as session:
            await session.get(PartnerAddress, address.id)


async def test_what_an_earlier_version_left_open_is_sealed(process: Process, database_url: str, use_keys: UseKeys) -> None:
    # Given a store of before this version, with a conversation in it
    address = await texted(process)
    assert WORDS.encode() not in await written(database_url)
    await process.store.close()
    await asyncio.to_thread(downgrade, database_url, "0015")
    left = await written(database_url)
    assert all(each.encode() in left for each in (NUMBER, NAME, WORDS))
    # When it is brought to this version, by a process that dies before all is sealed
    await asyncio.to_thread(upgrade, database_url, "0016")
    store = Store.connect(database_url)
    async with store.write() as session:
        (message,) = await session.scalars(select(Message))
        await session.execute(text("update message set text = :sealed"), {"sealed": field_keys().seal(message.text)})
    await store.close()
    # Then the next one seals the rest, and it is found and read as before
    await asyncio.to_thread(upgrade, database_url)
    left = await written(database_url)
    assert not any(each.encode() in left for each in (NUMBER, NAME, WORDS))
    process = Process(Store.connect(database_url), process.clock)
    assert await found(process) == (address.id, NAME, WORDS)
    assert (await reseal_fields(process.store)).changed == 0
    await process.store.close()


async def test_without_its_keys_a_store_does_not_go_back(process: Process, database_url: str, use_keys: UseKeys) -> None:
    use_keys(OLD)
    await texted(process)
    use_keys(NEW)
    with pytest.raises(Unreadable):
        await asyncio.to_thread(downgrade, database_url, "0015")
    use_keys(OLD)
    assert (await found(process))[1:] == (NAME, WORDS)


async def test_nobody_searches_in_what_is_sealed(process: Process) -> None:
    with pytest.raises(NotSearchable):
        PartnerAddress.number == NUMBER  # noqa: B015


@pytest.mark.parametrize("key", ["kort", "x" * 44, "é" * 44])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(WrongKeys) as refused:
        FieldKeys([key])
    assert key not in str(refused.value)


def test_a_changed_field_is_not_read() -> None:
    keys = FieldKeys([OLD])
    sealed = keys.seal(WORDS)
    assert keys.open(sealed) == WORDS and keys.seal(WORDS) != sealed
    for wrong in (sealed[:-4] + "AAAA", sealed[:20], keys.mark, sealed.replace(keys.mark, FieldKeys([NEW]).mark)):
        with pytest.raises(Unreadable):
            keys.open(wrong)
