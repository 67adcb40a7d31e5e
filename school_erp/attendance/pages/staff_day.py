"""Everything that the page of a day of staff shows, in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from school_erp.attendance.access import marker_of
from school_erp.attendance.actions.staff import surroundings_of
from school_erp.attendance.errors import REFUSALS
from school_erp.attendance.marking import Marker
from school_erp.attendance.pages.staff_typed import StaffSaid, TypedStaff
from school_erp.attendance.queries.staff import StaffLine, staff_on
from school_erp.attendance.rules.codes import Code, CodeSet
from school_erp.attendance.rules.offering import Offer, offer_to
from school_erp.attendance.rules.staff import SLOT, fault_of_day
from school_erp.core.access import Actor
from school_erp.people.rules import plain
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class StaffRow:
    line: StaffLine
    said: StaffSaid
    shown: StaffSaid
    notice: str = ""

    @property
    def version(self) -> int:
        return self.line.mark.version if self.line.mark else 0


Left = Mapping[UUID, tuple[TypedStaff, str]]


@dataclass(frozen=True, slots=True)
class StaffDayPage:
    date: dt.date
    today: dt.date
    zone: ZoneInfo
    codes: CodeSet
    offer: Offer
    marker: Marker
    rows: Sequence[StaffRow]
    everybody: int
    counts: Counter[str]
    q: str
    closed_because: str

    @property
    def is_open(self) -> bool:
        return not self.closed_because

    @property
    def asks_reason(self) -> bool:
        """What was marked on an earlier day is only changed with a reason."""
        return self.is_open and self.date < self.today and any(row.line.mark for row in self.rows)

    @property
    def before(self) -> dt.date:
        return self.date - dt.timedelta(days=1)

    @property
    def after(self) -> dt.date:
        return self.date + dt.timedelta(days=1)

    @property
    def address(self) -> dict[str, Any]:
        return {"on": self.date.isoformat()} | ({"q": self.q} if self.q else {})

    @property
    def people(self) -> list[UUID]:
        return [row.line.person_id for row in self.rows]

    def code(self, code: str) -> Code | None:
        return self.codes.named(code)


def staff_day_page(
    actor: Actor, asked: Mapping[str, Any], left: Left | None = None
) -> StaffDayPage:
    """The page; with what was said and why it was not stored for rows that were not."""
    today, marker = today_here(), marker_of(actor)
    day = asked.get("on", today)
    around = surroundings_of(actor.school_id, day)
    zone, codes = ZoneInfo(around.rules.timezone), around.rules.codes
    found = staff_on(actor.school_id, day)
    words = plain(asked.get("q", "")).split()
    fault = fault_of_day(around.day_of(actor.id, day, marker))
    return StaffDayPage(
        date=day,
        today=today,
        zone=zone,
        codes=codes,
        offer=offer_to(marker.role, codes, SLOT, in_advance=day > today),
        marker=marker,
        rows=[_row(each, zone, left or {}) for each in found if _is_called(each, words)],
        everybody=len(found),
        counts=Counter(each.mark.status.value if each.mark else "unmarked" for each in found),
        q=asked.get("q", ""),
        closed_because=str(REFUSALS[fault]) if fault else "",
    )


def _row(line: StaffLine, zone: ZoneInfo, left: Left) -> StaffRow:
    shown = StaffSaid.of(line.mark, zone)
    if line.person_id not in left:
        return StaffRow(line, shown, shown)
    typed, notice = left[line.person_id]
    return StaffRow(line, typed.upon(shown), shown, notice)


def _is_called(line: StaffLine, words: Sequence[str]) -> bool:
    name = plain(line.name)
    return all(word in name for word in words)
