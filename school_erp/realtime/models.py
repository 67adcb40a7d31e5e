from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.models import Model, OfOneSchool


class RealtimeRoom(OfOneSchool, Model):
    """How far a room has come. Its row is locked while an event takes the next number."""

    __tablename__ = "realtime_room"

    room: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class RealtimeEvent(OfOneSchool, Model):
    """What was announced, for whoever was not there to hear it. Kept for two days."""

    __tablename__ = "realtime_event"
    __table_args__ = (Index("ix_realtime_event_by_time", "school_id", "at"),)

    room: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[UUID]
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime]
