"""A register's students with their marks, from what is remembered as far as it still holds."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from prometheus_client import Counter

from school_erp.attendance.last_marks import Known, is_of_these_days, last_marks
from school_erp.attendance.marking import Mark
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.roster import Roster, StudentInRegister, roster_of
from school_erp.core.unit_of_work import after_commit

LAST_MARKS = Counter(
    "school_erp_last_marks", "Students in registers of today that were read", ["found"]
)


def students_in(place: Place, section_id: UUID) -> Sequence[StudentInRegister]:
    if not is_of_these_days(place.day):
        return roster_of(place, section_id).students
    known = last_marks().recall(place, section_id)
    roster = roster_of(place, section_id, known)
    LAST_MARKS.labels("hit").inc(roster.known)
    LAST_MARKS.labels("miss").inc(len(roster.students) - roster.known)
    if roster.version and roster.version != known.version:
        fresh = Known(roster.version, _standing_in(section_id, roster))
        # what was read may have been written right before, and is not stored until then
        after_commit(partial(last_marks().keep, place, section_id, fresh))
    return roster.students


def counts_of(students: Iterable[StudentInRegister]) -> Count[str]:
    """By status; `unmarked` for the rest."""
    marks = (each.mark for each in students)
    return Count(mark.status.value if mark else "unmarked" for mark in marks)


def _standing_in(section_id: UUID, roster: Roster) -> dict[UUID, Mark]:
    """A mark that was made in another class moves that one's version, and not this one's."""
    return {
        each.student_id: each.mark
        for each in roster.students
        if each.mark is not None and each.mark.section_id == section_id
    }
