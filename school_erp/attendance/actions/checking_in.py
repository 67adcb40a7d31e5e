"""Staff who note themselves when they come and when they go. The second time is the first's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from school_erp.attendance.actions.staff import (
    StaffSurroundings,
    answer_to,
    rejected,
    surroundings_of,
)
from school_erp.attendance.actions.staff_writing import write_staff_changes
from school_erp.attendance.errors import NoSelfCheckIn
from school_erp.attendance.marking import Marker
from school_erp.attendance.queries.staff import day_begins
from school_erp.attendance.rules.staff import (
    SLOT,
    StaffDay,
    checked_in,
    checked_out,
    fault_of_today,
    status_at_check_in,
)
from school_erp.attendance.staff import StaffAnswer, StaffChange
from school_erp.attendance.vocabulary import Outcome
from school_erp.schools.queries import today_here

Verdict = StaffAnswer | StaffChange
Step = Callable[[UUID, StaffDay, StaffSurroundings], Verdict]


def check_in(school_id: UUID, person_id: UUID, marker: Marker) -> StaffAnswer:
    """Present or late, by the school's clock."""
    return _twice(_arrive, school_id, person_id, marker)


def check_out(school_id: UUID, person_id: UUID, marker: Marker) -> StaffAnswer:
    return _twice(_leave, school_id, person_id, marker)


def _twice(step: Step, school_id: UUID, person_id: UUID, marker: Marker) -> StaffAnswer:
    """Of two at once, the second finds what the first has stored."""
    answer = _once(step, school_id, person_id, marker)
    if answer.outcome is Outcome.CONFLICT:
        answer = _once(step, school_id, person_id, marker)
    return answer


def _once(step: Step, school_id: UUID, person_id: UUID, marker: Marker) -> StaffAnswer:
    today = today_here()
    looked_up = surroundings_of(school_id, today, [person_id])
    if not looked_up.rules.staff_check_in_themselves:
        raise NoSelfCheckIn
    around = looked_up.day_of(person_id, today, marker)
    fault = fault_of_today(around)
    verdict = rejected(person_id, fault, around) if fault else step(person_id, around, looked_up)
    changes = [verdict] if isinstance(verdict, StaffChange) else []
    return answer_to(verdict, write_staff_changes(school_id, today, marker, "", changes))


def _arrive(person_id: UUID, around: StaffDay, looked_up: StaffSurroundings) -> Verdict:
    standing = around.standing
    if standing is not None and standing.checked_in_at is not None:
        return StaffAnswer(person_id, Outcome.UNCHANGED, standing)
    status = status_at_check_in(around.received_at, _start(around, looked_up), _grace(looked_up))
    code = around.codes.usual_for(status, SLOT)
    if code is None:
        return rejected(person_id, "no_code_for_status", around)
    mark = checked_in(standing, around.received_at, code, around.marker)
    if mark is None:
        return StaffAnswer(person_id, Outcome.KEPT, standing)
    return StaffChange(person_id, mark, standing)


def _leave(person_id: UUID, around: StaffDay, _looked_up: StaffSurroundings) -> Verdict:
    standing = around.standing
    if standing is None or standing.checked_in_at is None:
        return rejected(person_id, "not_checked_in", around)
    if standing.checked_out_at is not None:
        return StaffAnswer(person_id, Outcome.UNCHANGED, standing)
    return StaffChange(person_id, checked_out(standing, around.received_at), standing)


def _start(around: StaffDay, looked_up: StaffSurroundings) -> dt.datetime:
    rules, school_id = looked_up.rules, looked_up.school_id
    begins = rules.staff_day_starts_at or day_begins(school_id, rules.mode, rules.morning_at)
    return dt.datetime.combine(around.day, begins, ZoneInfo(rules.timezone))


def _grace(looked_up: StaffSurroundings) -> int:
    return looked_up.rules.late_after
