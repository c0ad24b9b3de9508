"""The table of the seals of the audit: one chain over every record of who looked, who opened and who changed.

The database refuses to change or remove a row (migration 0014). Rows hold no words and nobody's number, and stay for good.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class AuditSeal(Base):
    """One link. `seq` counts from 1 without gaps.

    `kind` is the table of the record and `record_id` its row; or `removed:` with the table, for records of before `at` that the
    retention job removed (`record_id` 0). `digest` is the HMAC of the record, `link` that of this link and the one before it,
    both with the key that `key` names.
    """

    __tablename__ = "audit_seal"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    at: Mapped[datetime]
    key: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    link: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("kind", "record_id", "at", name="uq_audit_seal_record"),)
