from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import WHOLE_DAY
from school_erp.core.models import Model, OfOneSchool, same_school


class AnnouncedAbsence(OfOneSchool, Model):
    """Known ahead of the mark: a student will be away. It suggests a code, and is no mark."""

    __tablename__ = "announced_absence"
    __table_args__ = (same_school("student_id", "person"),)

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, default=WHOLE_DAY
    )
    # by what it became known, such as a parent's request; the latest of several counts
    announced_by: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
