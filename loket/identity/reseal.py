"""Changing the key: what the vault sealed with an older key is sealed again with the first one.

Of what people wrote and who they are: loket.store.resealing.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from loket.identity.vault import Unreadable, Vault
from loket.store.engine import Store
from loket.store.login import DigidSession, OidcLogin
from loket.store.resealing import Resealed

SEALED: tuple[tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]], ...] = (
    (DigidSession.conversation_id, DigidSession.sealed_bsn),
    (OidcLogin.state_hash, OidcLogin.sealed),
)
"""Key and field of every table that holds something sealed by the vault."""


async def reseal_vault(store: Store, vault: Vault) -> Resealed:
    """Seal again what is sealed with an older key. Processes may go on meanwhile: a field that changed is left alone.

    Args:
        store: the store.
        vault: with the keys of this process.
    """
    fresh = changed = unreadable = 0
    for key, field in SEALED:
        async with store.read() as session:
            rows = [(row[0], row[1]) for row in await session.execute(select(key, field))]
        for name, sealed in rows:
            if vault.is_fresh(sealed):
                fresh += 1
                continue
            try:
                again = vault.renew(sealed)
            except Unreadable:
                unreadable += 1
                continue
            async with store.write() as session:
                await session.execute(update(key.class_).where(key == name, field == sealed).values({field: again}))
            changed += 1
    return Resealed(fresh, changed, unreadable)
