"""figures per day, and what administrators changed

A later migration that changes `managed_change` on SQLite makes it anew and must make the triggers again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FIGURES = (
    "conversations", "by_bot", "by_human", "not_helped", "reopened", "wrong_counter", "answered", "in_target", "waited_seconds",
    "longest_seconds", "transferred", "refused", "callbacks", "called", "not_reached", "rated", "rating_sum", "rated_low",
)  # fmt: skip
PLACE = (("channel", 16), ("team", 40), ("organisation", 40))
INDEXES = (
    ("ix_conversation_created", "conversation", ["created_at"]),
    ("ix_transition_at", "transition", ["at"]),
    ("ix_transfer_answered", "transfer", ["answered_at"]),
    ("ix_callback_created", "callback", ["created_at"]),
)
SQLITE = (
    """create trigger managed_change_no_update before update on managed_change
       begin select raise(abort, 'managed_change is append only'); end""",
    """create trigger managed_change_no_delete before delete on managed_change
       begin select raise(abort, 'managed_change is append only'); end""",
)
POSTGRESQL = (
    """create function managed_change_append_only() returns trigger language plpgsql as $$
       begin
         raise exception 'managed_change is append only' using errcode = 'integrity_constraint_violation';
       end $$""",
    """create trigger managed_change_append_only before update or delete on managed_change
       for each row execute function managed_change_append_only()""",
    """create trigger managed_change_no_truncate before truncate on managed_change
       for each statement execute function managed_change_append_only()""",
)


def upgrade() -> None:
    """Up."""
    place = [sa.Column(name, sa.String(length=length), nullable=False) for name, length in PLACE]
    op.create_table(
        "daily_figure",
        sa.Column("day", sa.Date(), nullable=False),
        *place,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in FIGURES),
        sa.PrimaryKeyConstraint("day", "channel", "team", "organisation"),
    )
    op.create_table(
        "daily_topic",
        sa.Column("day", sa.Date(), nullable=False),
        *[sa.Column(name, sa.String(length=length), nullable=False) for name, length in PLACE],
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "team", "organisation", "topic"),
    )
    op.create_index("ix_daily_topic_day", "daily_topic", ["day"])
    op.create_table(
        "managed",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key"),
    )
    op.create_table(
        "managed_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.Column("actor", sa.String(length=36), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_managed_change", "managed_change", ["kind", "key", "id"])
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Down."""
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
    op.drop_table("managed_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function managed_change_append_only()")
    for table in ("managed", "daily_topic", "daily_figure"):
        op.drop_table(table)
