"""The tables of the desk: teams, presence, transfers, notes that name a colleague, and who read what for which reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base
from loket.store.sealed import SealedText


class Team(Base):
    """A group of staff. `organisation` is an id of the verwijsindex, empty for a team that serves all of them.

    `line` is `eerste` (gets conversations from the queue) or `tweede` (gets them from colleagues). `skills` are ids of products,
    outcomes or languages that are this team's work. `origin` is `bestand` (follows data/balie/teams.yaml) or `beheer` (changed
    by hand, and then left alone).
    """

    __tablename__ = "team"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(40), default="")
    line: Mapped[str] = mapped_column(String(8))
    skills: Mapped[list[Any]] = mapped_column(default=list)
    origin: Mapped[str] = mapped_column(String(8), default="bestand")
    active: Mapped[bool] = mapped_column(default=True)


class TeamMember(Base):
    """Who is in which team."""

    __tablename__ = "team_member"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)


class Presence(Base):
    """Whether a member of staff is there: what they chose, when the page was last heard, when they last did something."""

    __tablename__ = "presence"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    active_at: Mapped[datetime]


class Transfer(Base):
    """A conversation offered to a colleague (`to_staff`) or a team (`to_team`); the owner keeps it until it is accepted.

    `state` is open, accepted, refused, withdrawn (by the owner) or lapsed (closed, or back in the queue, before an answer).
    `note` and `refusal` are masked; the citizen never sees them.
    """

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    from_staff: Mapped[str] = mapped_column(String(36))
    from_name: Mapped[str] = mapped_column(String(120))
    from_team: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    to_staff: Mapped[str | None] = mapped_column(String(36), index=True)
    to_team: Mapped[str | None] = mapped_column(String(40), index=True)
    to_name: Mapped[str] = mapped_column(String(160))
    note: Mapped[str] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(String(10), default="open")
    refusal: Mapped[str | None] = mapped_column(SealedText)
    answered_by: Mapped[str | None] = mapped_column(String(36))
    answered_name: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_transfer_conversation", "conversation_id", "state"),
        Index("ix_transfer_answered", "answered_at"),
    )


class Mention(Base):
    """A note (`seq`) that asks one colleague something; `done_at` is set when they answered or put it aside."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_mention_staff", "staff_id", "done_at"),)


class AccessGrant(Base):
    """Somebody opened a conversation that is not their team's, and said why. Kept like the audit, also when the others go."""

    __tablename__ = "access_grant"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(36))
    staff_id: Mapped[str] = mapped_column(String(36))
    staff_name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    until: Mapped[datetime]

    __table_args__ = (Index("ix_access_grant", "staff_id", "conversation_id", "until"),)
