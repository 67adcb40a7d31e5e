"""Absences known ahead: registers suggest their code, and nothing is marked by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete

from school_erp.attendance.models import AnnouncedAbsence
from school_erp.attendance.vocabulary import WHOLE_DAY
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def expect_absence(
    announced_by: UUID, student_id: UUID, days: Iterable[dt.date], slots: Sequence[int], code: str
) -> None:
    """On each of these days; where no slots are named, for the whole of them."""
    db.session.add_all(
        AnnouncedAbsence(
            school_id=current_school_id(),
            student_id=student_id,
            date=day,
            slot=slot,
            announced_by=announced_by,
            code=code,
        )
        for day in days
        for slot in slots or (WHOLE_DAY,)
    )
    db.session.flush()


def expect_no_longer(announced_by: UUID, student_id: UUID) -> None:
    db.session.execute(
        delete(AnnouncedAbsence).where(
            AnnouncedAbsence.school_id == current_school_id(),
            AnnouncedAbsence.student_id == student_id,
            AnnouncedAbsence.announced_by == announced_by,
        )
    )
