"""What identifies people is sealed in the database: nobody reads it there, and its keys can change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from loket.partners.partners import Partners
from loket.store import Store
from loket.store.field_keys import FieldKeys, Unreadable, WrongKeys, field_keys
from loket.store.migrate import downgrade, upgrade
from loket.store.partners import PartnerAddress
from loket.store.resealing import Resealed, reseal_fields
from loket.store.schema import Message
from loket.store.sealed import NotSearchable
from tests.conversations.support import Process
from tests.written import written

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NUMBER, NAME, WORDS = "+31612345678", "Sanne Jansen", "Ik kan de huur niet betalen"
UseKeys = Callable[..., None]


@pytest.fixture
def use_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseKeys]:
    """Gives this process other keys."""

    def use(*keys: str) -> None:
        monkeypatch.setenv("VERBONDEN_VAULT_KEYS", ",".join(keys))
        field_keys.cache_clear()

    yield use
    monkeypatch.undo()
    field_keys.cache_clear()


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
    assert await reseal_fields(process.store) == Resealed(unreadable=3)
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
