"""The tables of figures per day: numbers only, nothing of a person. They stay when retention removes the conversations."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class DailyFigure(Base):
    """What was counted of one day (in Amsterdam), for one channel, team and organisation; empty is none.

    docs/cijfers.md says what each column counts.
    """

    __tablename__ = "daily_figure"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    team: Mapped[str] = mapped_column(String(40), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversations: Mapped[int] = mapped_column(default=0)
    by_bot: Mapped[int] = mapped_column(default=0)
    by_human: Mapped[int] = mapped_column(default=0)
    not_helped: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    wrong_counter: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    in_target: Mapped[int] = mapped_column(default=0)
    waited_seconds: Mapped[int] = mapped_column(default=0)
    longest_seconds: Mapped[int] = mapped_column(default=0)
    transferred: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    callbacks: Mapped[int] = mapped_column(default=0)
    called: Mapped[int] = mapped_column(default=0)
    not_reached: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    rating_sum: Mapped[int] = mapped_column(default=0)
    rated_low: Mapped[int] = mapped_column(default=0)


class DailyTopic(Base):
    """How many conversations of one day were about a topic."""

    __tablename__ = "daily_topic"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    team: Mapped[str] = mapped_column(String(40), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(40), primary_key=True)
    topic: Mapped[str] = mapped_column(String(200), primary_key=True)
    conversations: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_daily_topic_day", "day"),)


class DailyWait(Base):
    """How many conversations of one day waited so many minutes (rounded up) before a human took them."""

    __tablename__ = "daily_wait"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    team: Mapped[str] = mapped_column(String(40), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(40), primary_key=True)
    minutes: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversations: Mapped[int] = mapped_column(default=0)
