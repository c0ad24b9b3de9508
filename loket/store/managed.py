"""The tables of what an administrator changed: the value that counts, and every change with who, when, old and new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class Managed(Base):
    """One setting that goes before the file. `kind` and `key` name it; `value` None means: as in the file again."""

    __tablename__ = "managed"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[object | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(Integer)


class ManagedChange(Base):
    """One change; the database refuses to alter or remove it."""

    __tablename__ = "managed_change"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(Integer)
    old: Mapped[object | None] = mapped_column(JSON(none_as_null=True))
    new: Mapped[object | None] = mapped_column(JSON(none_as_null=True))
    actor: Mapped[str] = mapped_column(String(36))
    actor_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_managed_change", "kind", "key", "id"),)
