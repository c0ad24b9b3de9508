"""Keeping a notification: once, whatever the order and however often it is delivered."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from loket.store.engine import Store
from loket.store.news import Notification

CASES = "zaken"


class Notified(BaseModel):
    """The body of a notification (Notificaties API 1.0), as far as it is used; the rest is not kept."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kanaal: str = Field(max_length=50)
    hoofdObject: str = Field(max_length=1000)
    resource: str = Field(max_length=100)
    resourceUrl: str = Field(max_length=1000)
    actie: str = Field(max_length=100)
    aanmaakdatum: datetime

    def identity(self) -> str:
        """What makes it one notification. A repeated delivery has the same; a second change never has."""
        parts = (self.kanaal, self.hoofdObject, self.resource, self.resourceUrl, self.actie, self.aanmaakdatum.isoformat())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def case_uuid(self) -> str | None:
        """UUID of the zaak; None when this is not about a zaak (as the test that a Notificaties API sends)."""
        if self.kanaal != CASES:
            return None
        try:
            return str(uuid.UUID(self.hoofdObject.rstrip("/").rsplit("/", 1)[-1]))
        except ValueError:
            return None


async def keep(store: Store, notified: Notified, now: datetime) -> bool:
    """Keep a notification about a case; False when there is nothing to keep or it is here already."""
    case = notified.case_uuid()
    if case is None:
        return False
    identity = notified.identity()
    try:
        async with store.write() as session:
            if await session.scalar(select(Notification.id).where(Notification.identity == identity)):
                return False
            session.add(
                Notification(
                    identity=identity,
                    resource=notified.resource,
                    action=notified.actie,
                    case_uuid=case,
                    next_at=now,
                    received_at=now,
                )
            )
    except IntegrityError:  # delivered twice at the same moment
        return False
    return True
