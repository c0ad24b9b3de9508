"""The one documented way to remove rows of the audit (`lookup`), see migration 0004.

The database itself refuses to change a row of `lookup`, and to remove one that is not older than `audit_horizon.before`.
The retention job writes that row, removes what is older, and takes the row away, all in one transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class AuditHorizon(Base):
    """At most one row, and only inside the transaction of the retention job."""

    __tablename__ = "audit_horizon"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    before: Mapped[datetime]
