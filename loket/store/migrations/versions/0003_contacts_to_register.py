"""contacts on their way to the contact register"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "contact_job",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("up_to_seq", sa.Integer(), nullable=False),
        sa.Column("closing", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("lease", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "closing", "up_to_seq", name="uq_contact_job"),
    )
    with op.batch_alter_table("contact_job", schema=None) as batch_op:
        batch_op.create_index("ix_contact_job_due", ["state", "next_at"], unique=False)


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("contact_job", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_job_due")
    op.drop_table("contact_job")
