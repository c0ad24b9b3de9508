"""no ID token of a citizen is kept: it holds the BSN, and nothing needs it after logging in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("digid_session") as table:
        table.drop_column("sealed_token")


def downgrade() -> None:
    """Down: who is logged in logs in anew."""
    op.execute("delete from digid_session")
    with op.batch_alter_table("digid_session") as table:
        table.add_column(sa.Column("sealed_token", sa.Text(), nullable=False))
