"""what identifies people is sealed: room for sealed fields, and an index by which a telephone number is found

The rows themselves are sealed after this, some at a time, while processes of this version go on (loket.store.resealing).
Older ones must be stopped: they can not open what is sealed, and leave open what they write (docs/backup.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from loket.store.field_keys import field_keys

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LENGTHS = {
    "partner_address": {"number": 20, "profile_name": 80},
    "callback": {"number": 20},
    "attachment": {"name": 120, "source": 400},
}
"""How long fields were that now hold what is sealed."""

TEXT, JSON = sa.Text(), sa.JSON()
SEALED: dict[str, tuple[str, dict[str, sa.types.TypeEngine[Any]]]] = {
    "partner_address": ("id", {"number": TEXT, "profile_name": TEXT}),
    "callback": ("id", {"number": TEXT, "question": TEXT}),
    "callback_event": ("id", {"note": TEXT}),
    "review": ("id", {"text": TEXT}),
    "rating": ("conversation_id", {"words": TEXT}),
    "transfer": ("id", {"note": TEXT, "refusal": TEXT}),
    "attachment": ("id", {"name": TEXT, "source": TEXT}),
    "attachment_bytes": ("attachment_id", {"data": sa.LargeBinary()}),
    "contact_job": ("id", {"content": JSON}),
    "conversation": ("id", {"facts": JSON, "summary": JSON, "closing": JSON}),
    "message": ("id", {"text": TEXT, "content": JSON, "understanding": JSON}),
}
"""By table its key, and the fields that are sealed from this version on."""

BATCH = 20
"""Rows at a time: of files, each may be some megabytes."""


def upgrade() -> None:
    """Up."""
    _to_text(True)
    op.add_column("partner_address", sa.Column("number_index", sa.String(64), nullable=True))
    addresses = sa.table("partner_address", sa.column("id"), sa.column("number"), sa.column("number_index"))
    for row in _rows(addresses, "id", ["number"]):
        found = hmac.new(b"", f"number {row.number}".encode(), hashlib.sha256).hexdigest()  # as without any key
        op.get_bind().execute(sa.update(addresses).where(addresses.c.id == row.id).values(number_index=found))
    with op.batch_alter_table("partner_address") as table:
        table.alter_column("number_index", nullable=False, existing_type=sa.String(64))
        table.drop_constraint("uq_partner_address", type_="unique")
        table.create_unique_constraint("uq_partner_address", ["channel", "number_index"])


def downgrade() -> None:
    """Down: everything is opened, for which its keys must be there. Raises Unreadable, with nothing changed, when one is not."""
    for name, (key, fields) in SEALED.items():
        table = sa.table(name, sa.column(key), *[sa.column(field, kind) for field, kind in fields.items()])
        for row in _rows(table, key, list(fields)):
            stored = row._mapping
            opened = {field: _opened(kind, stored[field]) for field, kind in fields.items()}
            changed = {field: value for field, value in opened.items() if value != stored[field]}
            if changed:
                op.get_bind().execute(sa.update(table).where(table.c[key] == row[0]).values(changed))
    op.execute("delete from job where name = 'sealing'")
    with op.batch_alter_table("partner_address") as batch:
        batch.drop_constraint("uq_partner_address", type_="unique")
        batch.drop_column("number_index")
    _to_text(False)
    with op.batch_alter_table("partner_address") as batch:
        batch.create_unique_constraint("uq_partner_address", ["channel", "number"])


def _to_text(up: bool) -> None:
    for name, fields in LENGTHS.items():
        with op.batch_alter_table(name) as table:
            for field, length in fields.items():
                long, short = sa.Text(), sa.String(length)
                table.alter_column(field, type_=long if up else short, existing_type=short if up else long)


def _rows(table: sa.TableClause, key: str, fields: list[str]) -> Iterator[sa.Row[Any]]:
    """All rows, some at a time, in the order of their key."""
    columns = [table.c[name] for name in (key, *fields)]
    page = sa.select(*columns).order_by(table.c[key]).limit(BATCH)
    rows = op.get_bind().execute(page).fetchall()
    while rows:
        yield from rows
        rows = op.get_bind().execute(page.where(table.c[key] > rows[-1][0])).fetchall()


def _opened(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if isinstance(value, bytes):
        return field_keys().open_bytes(value)
    if not isinstance(value, str):
        return value
    opened = field_keys().open(value)
    return json.loads(opened) if isinstance(kind, sa.JSON) else opened
