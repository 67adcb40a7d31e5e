from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.queries.staff import marks_of
from school_erp.attendance.staff import StaffMark
from school_erp.extensions import db
from school_erp.schools.queries import today_here

_open = text("SELECT staff_check_in_themselves FROM attendance_settings WHERE school_id = :school")


@dataclass(frozen=True, slots=True)
class OwnDay:
    """Where a member of staff stands today, and whether they may check in themselves."""

    date: dt.date
    by_themselves: bool
    mark: StaffMark | None

    @property
    def may_check_in(self) -> bool:
        return self.by_themselves and not (self.mark and self.mark.checked_in_at)

    @property
    def may_check_out(self) -> bool:
        came = self.mark.checked_in_at if self.mark else None
        left = self.mark.checked_out_at if self.mark else None
        return self.by_themselves and came is not None and left is None


def own_day(school_id: UUID, person_id: UUID) -> OwnDay:
    today = today_here()
    by_themselves = bool(db.session.scalar(_open, {"school": school_id}))
    found = marks_of(school_id, person_id, today, today)
    return OwnDay(today, by_themselves, found[0].mark if found else None)
