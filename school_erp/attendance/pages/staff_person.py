"""One member of staff over a range: the figures and the days behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from school_erp.attendance.queries.staff import DayOfStaff, marks_of
from school_erp.attendance.queries.staff_figures import StaffTotal, staff_totals
from school_erp.attendance.rules.ranges import range_of
from school_erp.core.tenancy import current_school_id
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class StaffPersonPage:
    total: StaffTotal
    first: dt.date
    last: dt.date
    today: dt.date
    days: Sequence[DayOfStaff]

    @property
    def month_before(self) -> dict[str, str]:
        last = self.first.replace(day=1) - dt.timedelta(days=1)
        return {"from": last.replace(day=1).isoformat(), "to": last.isoformat()}

    @property
    def month_after(self) -> dict[str, str] | None:
        first = (self.last.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        if first > self.today:
            return None
        last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        return {"from": first.isoformat(), "to": last.isoformat()}


def person_page(person_id: UUID, asked: Mapping[str, Any]) -> StaffPersonPage:
    school_id, today = current_school_id(), today_here()
    first, last = range_of(asked.get("from_"), asked.get("to"), today)
    [total] = staff_totals(school_id, first, last, person_id)
    days = marks_of(school_id, person_id, first, last)
    return StaffPersonPage(total, first, last, today, list(reversed(days)))
