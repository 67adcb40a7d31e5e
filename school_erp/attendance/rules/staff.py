"""May this be stored of a member of staff, and as which mark? And what does a check-in say?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from school_erp.attendance.marking import Marker
from school_erp.attendance.rules.arrival import minutes_after, status_on_arrival
from school_erp.attendance.rules.codes import Code, CodeSet, fault_of_code
from school_erp.attendance.rules.dates import DateFault, Window
from school_erp.attendance.staff import StaffMark, StaffRecord
from school_erp.attendance.vocabulary import Source, Status

# staff have one mark a day: of codes that were made for one session, the morning's
SLOT = 1
_THERE = (Status.PRESENT, Status.LATE)


@dataclass(frozen=True, slots=True)
class StaffDay:
    """What is true of one person's day, and of who marks it."""

    day: dt.date
    received_at: dt.datetime
    to_local: Callable[[dt.datetime], dt.datetime]
    window: Window
    codes: CodeSet
    closed: bool
    in_session: bool
    employed: bool
    reason_given: bool
    marker: Marker
    standing: StaffMark | None

    @property
    def today(self) -> dt.date:
        return self.to_local(self.received_at).date()


def fault_of(record: StaffRecord, around: StaffDay) -> str | None:
    """The first thing that stands against it."""
    return next((fault for check in _CHECKS if (fault := check(record, around))), None)


def code_for(record: StaffRecord, codes: CodeSet) -> Code | None:
    if record.code:
        return codes.named(record.code)
    return codes.usual_for(Status(record.status), SLOT) if record.status else None


def proposed_mark(record: StaffRecord, around: StaffDay, code: Code) -> StaffMark:
    """With what was not said as it stands; whoever is absent was neither in nor out."""
    kept = around.standing
    there = code.status is not Status.ABSENT
    mark = StaffMark(
        status=code.status,
        code=code.code,
        checked_in_at=record.checked_in_at,
        checked_out_at=record.checked_out_at,
        remarks=record.remarks,
        source=around.marker.source,
        version=kept.version + 1 if kept else 1,
        marked_by=around.marker.person_id,
        marked_at=around.received_at,
    )
    for name in record.keeps:
        if kept is not None and (there or name == "remarks"):
            mark = replace(mark, **{name: getattr(kept, name)})
    return mark


def fault_of_times(mark: StaffMark, around: StaffDay) -> str | None:
    """On that day, come to pass, and first in, then out."""
    said = [time for time in (mark.checked_in_at, mark.checked_out_at) if time is not None]
    if said and mark.status is Status.ABSENT:
        return "was_not_there"
    if any(around.to_local(time).date() != around.day for time in said):
        return "not_that_day"
    if any(time > around.received_at for time in said):
        return "not_yet"
    return _fault_of_order(mark.checked_in_at, mark.checked_out_at)


def fault_of_change(around: StaffDay) -> str | None:
    """What was marked on an earlier day is only changed with a reason."""
    earlier = around.standing is not None and around.day < around.today
    return "staff_reason_needed" if earlier and not around.reason_given else None


def status_at_check_in(moment: dt.datetime, starts: dt.datetime, late_after: int) -> Status:
    return status_on_arrival(minutes_after(moment, starts), late_after)


def checked_in(
    standing: StaffMark | None, moment: dt.datetime, code: Code, marker: Marker
) -> StaffMark | None:
    """The day after somebody checked in; None where what stands is not theirs to change.

    Where a higher source said that they are there, only the time is added.
    """
    if standing is not None and standing.source > Source.SELF:
        there = standing.status in _THERE
        added = replace(standing, checked_in_at=moment, version=standing.version + 1)
        return added if there else None
    return StaffMark(
        status=code.status,
        code=code.code,
        checked_in_at=moment,
        checked_out_at=None,
        remarks=standing.remarks if standing else "",
        source=Source.SELF,
        version=standing.version + 1 if standing else 1,
        marked_by=marker.person_id,
        marked_at=moment,
    )


def checked_out(standing: StaffMark, moment: dt.datetime) -> StaffMark:
    return replace(standing, checked_out_at=moment, version=standing.version + 1)


def fault_of_today(around: StaffDay) -> str | None:
    """Why nobody may check in or out on a day like this."""
    if not around.employed:
        return "not_employed"
    return fault_of_day(around)


def fault_of_day(around: StaffDay) -> str | None:
    """Why nothing may be marked on this day, whoever it is about."""
    fault = around.window.fault(around.day, around.today, in_office=around.marker.in_office)
    if fault is None and around.closed:
        fault = DateFault.CLOSED
    if fault is None and not around.in_session:
        fault = DateFault.NO_SESSION
    return fault.value if fault else None


def _fault_of_order(came: dt.datetime | None, left: dt.datetime | None) -> str | None:
    if left is None:
        return None
    if came is None:
        return "in_first"
    return "out_before_in" if left < came else None


def _person(_: StaffRecord, around: StaffDay) -> str | None:
    return None if around.employed else "not_employed"


def _date(_: StaffRecord, around: StaffDay) -> str | None:
    return fault_of_day(around)


def _code(record: StaffRecord, around: StaffDay) -> str | None:
    ahead = around.day > around.today
    code = code_for(record, around.codes)
    return fault_of_code(code, record.status, record.code, around.marker.role, in_advance=ahead)


def _times(record: StaffRecord, around: StaffDay) -> str | None:
    code = code_for(record, around.codes)
    return fault_of_times(proposed_mark(record, around, code), around) if code else None


_CHECKS: Sequence[Callable[[StaffRecord, StaffDay], str | None]] = (_person, _date, _code, _times)
