from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.models import Model, OfOneSchool, same_school

_UNREAD = text("read_at IS NULL")


class Notification(OfOneSchool, Model):
    """What one person is told. Its kind and facts become a sentence when somebody reads it.

    Of what it is about there is one that is unread: news about the same takes its place.
    """

    __tablename__ = "notification"
    __table_args__ = (
        same_school("person_id", "person"),
        Index("ix_notification_by_person", "school_id", "person_id", "at", "id"),
        Index(
            "ix_notification_unread",
            "school_id",
            "person_id",
            "about",
            unique=True,
            postgresql_where=_UNREAD,
        ),
        Index("ix_notification_by_time", "school_id", "at"),
        Index("ix_notification_held", "school_id", "at", postgresql_where=text("NOT told")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    kind: Mapped[str]
    about: Mapped[str]
    facts: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime] = mapped_column(default=now, server_default=text("now()"))
    read_at: Mapped[dt.datetime | None]
    # held back until then, and nobody's to see before
    told: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
