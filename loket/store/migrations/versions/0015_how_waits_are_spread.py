"""how waits of a day are spread"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PLACE = (("channel", 16), ("team", 40), ("organisation", 40))


def upgrade() -> None:
    """Up."""
    op.create_table(
        "daily_wait",
        sa.Column("day", sa.Date(), nullable=False),
        *[sa.Column(name, sa.String(length=length), nullable=False) for name, length in PLACE],
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "team", "organisation", "minutes"),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("daily_wait")
