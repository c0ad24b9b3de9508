"""the audit is a chain of seals: what is changed behind the back of the database is found

The records that exist are sealed with the first record that follows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQLITE = (
    """create trigger audit_seal_no_update before update on audit_seal
       begin select raise(abort, 'audit_seal is append only'); end""",
    """create trigger audit_seal_no_delete before delete on audit_seal
       begin select raise(abort, 'audit_seal is append only'); end""",
    # "insert or replace" removes the old row without the trigger above.
    """create trigger audit_seal_no_replace before insert on audit_seal
       when exists (select 1 from audit_seal where seq = new.seq)
       begin select raise(abort, 'audit_seal is append only'); end""",
)
POSTGRESQL = (
    """create function audit_seal_append_only() returns trigger language plpgsql as $$
       begin
         raise exception 'audit_seal is append only' using errcode = 'integrity_constraint_violation';
       end $$""",
    """create trigger audit_seal_append_only before update or delete on audit_seal
       for each row execute function audit_seal_append_only()""",
    """create trigger audit_seal_no_truncate before truncate on audit_seal
       for each statement execute function audit_seal_append_only()""",
)


def upgrade() -> None:
    """Up."""
    op.create_table(
        "audit_seal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("kind", "record_id", "at", name="uq_audit_seal_record"),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Down: the records stay, their seals go."""
    op.drop_table("audit_seal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function audit_seal_append_only()")
