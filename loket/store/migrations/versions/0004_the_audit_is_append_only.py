"""the audit of look-ups is append only

A later migration that changes the table `lookup` on SQLite makes it anew and must make the triggers again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = (
    """create trigger lookup_no_update before update on lookup
       begin select raise(abort, 'lookup is append only'); end""",
    """create trigger lookup_no_delete before delete on lookup
       when not exists (select 1 from audit_horizon where old.at < audit_horizon.before)
       begin select raise(abort, 'lookup is append only'); end""",
    # "insert or replace" removes the old row without the trigger above.
    """create trigger lookup_no_replace before insert on lookup
       when exists (select 1 from lookup where id = new.id)
       begin select raise(abort, 'lookup is append only'); end""",
)
POSTGRESQL = (
    """create function lookup_append_only() returns trigger language plpgsql as $$
       begin
         if tg_op = 'DELETE' then
           if exists (select 1 from audit_horizon h where old.at < h.before) then
             return old;
           end if;
         end if;
         raise exception 'lookup is append only' using errcode = 'integrity_constraint_violation';
       end $$""",
    """create trigger lookup_append_only before update or delete on lookup
       for each row execute function lookup_append_only()""",
    """create trigger lookup_no_truncate before truncate on lookup
       for each statement execute function lookup_append_only()""",
)


def upgrade() -> None:
    """Up."""
    op.create_table(
        "audit_horizon",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_lookup_case_number", "lookup", ["case_number"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Down."""
    if op.get_bind().dialect.name == "postgresql":
        for trigger in ("lookup_no_truncate", "lookup_append_only"):
            op.execute(f"drop trigger {trigger} on lookup")
        op.execute("drop function lookup_append_only()")
    else:
        for trigger in ("lookup_no_replace", "lookup_no_delete", "lookup_no_update"):
            op.execute(f"drop trigger {trigger}")
    op.drop_index("ix_lookup_case_number", "lookup")
    op.drop_table("audit_horizon")
