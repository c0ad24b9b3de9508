"""an accepted message that can not be handled: how often it was tried, and since when it waits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up. Gateways of before this go on writing rows meanwhile: what they do not know has a default, or may be empty."""
    op.add_column("accepted_message", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("accepted_message", sa.Column("state", sa.String(length=8), nullable=False, server_default="waiting"))
    op.add_column("accepted_message", sa.Column("sid", sa.String(length=64), nullable=True))
    op.add_column("accepted_message", sa.Column("accepted_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Down: what was set aside is tried again."""
    for name in ("accepted_at", "sid", "state", "attempts"):
        op.drop_column("accepted_message", name)
