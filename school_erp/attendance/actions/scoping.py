"""Many classes at once: one thing said of everybody, and something else of a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from school_erp.attendance.actions import bulk
from school_erp.attendance.errors import REFUSALS, MarkingRefused, refusal
from school_erp.attendance.marking import Marker, Marking, Record
from school_erp.attendance.queries.ground import Place, sections
from school_erp.attendance.queries.rulebook import Rulebook, rulebook_for
from school_erp.attendance.queries.scopes import Scope, StudentInScope, students_in_scope
from school_erp.core.clock import today_in
from school_erp.core.errors import Forbidden, Invalid
from school_erp.jobs.models import Job

KIND = "attendance.scope"

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScopeMarking:
    """What is said of a scope. Exceptions hold also for those who have a mark already."""

    place: Place
    scope: Scope
    default: Said
    marker: Marker
    exceptions: Sequence[Said] = field(default_factory=tuple)
    only_blank: bool = False
    reason: str = ""


def accept_scope(asked: ScopeMarking) -> Job:
    return bulk.accept(marking_of(asked), KIND)


def marking_of(asked: ScopeMarking) -> Marking:
    """Everybody meant by it, each with what is said of them."""
    _refuse_day(asked, rulebook_for(asked.place))
    _refuse_classes(asked)
    found = students_in_scope(asked.place, asked.scope)
    exceptions = _exceptions(asked, found)
    records = [
        Record(
            student_id=each.student_id,
            section_id=each.section_id,
            **exceptions.get(each.student_id, asked.default),
        )
        for each in found
        if each.student_id in exceptions or not (asked.only_blank and each.marked)
    ]
    _refuse_size(records)
    place = asked.place
    return Marking(place.school_id, place.day, place.slot, records, asked.marker, asked.reason)


def _refuse_day(asked: ScopeMarking, rules: Rulebook) -> None:
    """Said once of the day, not of each student."""
    today, day = today_in(rules.timezone), asked.place.day
    fault = rules.fault_of(day, today, in_office=asked.marker.in_office)
    if fault:
        sentence = REFUSALS[fault]
        raise MarkingRefused(sentence, code=fault.value, fields={"date": [sentence]})


def _refuse_classes(asked: ScopeMarking) -> None:
    """The office marks any class; a teacher those of theirs, by name."""
    named = asked.scope.sections
    if named is None:
        if not asked.marker.in_office:
            raise Forbidden
        return
    known = sections(asked.place, named, asked.marker.person_id)
    unknown = [section_id for section_id in named if section_id not in known]
    if unknown:
        told = refusal("unknown_section")
        raise MarkingRefused(records=[_told("section_id", each, told) for each in unknown])
    if not (asked.marker.in_office or all(section.taught for section in known.values())):
        raise Forbidden


def _exceptions(asked: ScopeMarking, found: Sequence[StudentInScope]) -> dict[UUID, Said]:
    """By student. Nobody may be named twice, or from outside the scope."""
    meant = {each.student_id for each in found}
    exceptions: dict[UUID, Said] = {}
    faults = []
    for said in asked.exceptions:
        student_id = said["student_id"]
        mark = {k: v for k, v in said.items() if k != "student_id"}
        if student_id not in meant:
            faults.append(_told("student_id", student_id, refusal("not_in_scope")))
        elif exceptions.setdefault(student_id, mark) is not mark:
            again = exceptions[student_id] == mark
            fault = "duplicate_student" if again else "conflicting_statuses"
            faults.append(_told("student_id", student_id, refusal(fault)))
    if faults:
        raise MarkingRefused(records=faults)
    return exceptions


def _refuse_size(records: Sequence[Record]) -> None:
    if not records:
        raise Invalid(_("There is nobody to mark there."), code="nobody_in_scope")
    if len(records) > bulk.MOST_RECORDS:
        raise Invalid(
            _(
                "That is %(count)s students; at most %(most)s can be marked at once.",
                count=f"{len(records):,}",
                most=f"{bulk.MOST_RECORDS:,}",
            ),
            code="too_many_records",
        )


def _told(name: str, thing: UUID, error: Any) -> dict[str, Any]:
    return {name: str(thing), "error": {"code": error.code, "message": error.message}}
