"""What a marking stands on, looked up at once, so that judging needs no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from school_erp.attendance.marking import Mark, Marking, Record
from school_erp.attendance.queries import ground
from school_erp.attendance.queries.ground import Place, RegisterGround, SectionGround
from school_erp.attendance.queries.place import ground_of
from school_erp.attendance.queries.rulebook import Rulebook
from school_erp.attendance.queries.standing import UNMARKED, StudentGround, Students, standing
from school_erp.attendance.rules.judging import Circumstances
from school_erp.attendance.vocabulary import RegisterState
from school_erp.core.clock import now


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that was looked up, so that judging needs no database."""

    rules: Rulebook
    sections: Mapping[UUID, SectionGround]
    registers: Mapping[UUID, RegisterGround]
    suggested: Mapping[UUID, str]
    received_at: dt.datetime
    students: Students = field(default_factory=dict)

    @property
    def plainly(self) -> StudentGround | None:
        """Of whom this is known, a record alone says what becomes of it."""
        return None if self.suggested else UNMARKED

    @property
    def nobody_was_marked(self) -> bool:
        """In these classes, that is: some may have been through another."""
        return all(register.version == 0 for register in self.registers.values())

    def student(self, student_id: UUID) -> StudentGround:
        return self.students.get(student_id, UNMARKED)

    def mark_of(self, student_id: UUID) -> Mark | None:
        return self.student(student_id).mark

    @property
    def opened(self) -> set[UUID]:
        """Classes whose register was not there before."""
        return {each.section_id for each in self.registers.values() if each.opened}

    @property
    def versions(self) -> dict[UUID, int]:
        return {each.section_id: each.version for each in self.registers.values()}

    def already_said_of(self, student_id: UUID) -> frozenset[str]:
        standing = self.mark_of(student_id)
        found = (standing.code if standing else None, self.suggested.get(student_id))
        return frozenset(code for code in found if code)


def place_of(marking: Marking) -> Place:
    return Place(marking.school_id, marking.date, marking.slot)


def look_up(marking: Marking, *, hold: bool) -> Ground:
    around = look_around(marking, hold=hold)
    return replace(around, students=standing(place_of(marking), marking.records))


def look_around(marking: Marking, *, hold: bool) -> Ground:
    """All but the students."""
    place = place_of(marking)
    section_ids = {record.section_id for record in marking.records}
    around = ground_of(place, section_ids, marking.marker.person_id, hold=hold)
    return Ground(
        rules=around.rules,
        sections=around.sections,
        registers=around.registers,
        suggested=ground.suggestions(place, _with_codes_of_others(marking, around.rules)),
        received_at=now(),
    )


def _with_codes_of_others(marking: Marking, rules: Rulebook) -> list[UUID]:
    """Those given a code that is not the marker's to use, unless it is already said of them."""
    role = marking.marker.role
    others = {code.code for code in rules.codes.by_code.values() if not code.is_for(role)}
    return [record.student_id for record in marking.records if record.code in others]


def circumstances(marking: Marking, looked_up: Ground, record: Record) -> Circumstances:
    rules = looked_up.rules
    section = looked_up.sections.get(record.section_id)
    register = looked_up.registers.get(record.section_id)
    student = looked_up.student(record.student_id)
    zone = ZoneInfo(rules.timezone)
    return Circumstances(
        day=marking.date,
        slot=marking.slot,
        received_at=looked_up.received_at,
        to_local=lambda moment: moment.astimezone(zone).date(),
        window=rules.window,
        codes=rules.codes,
        closed=rules.closed_because is not None,
        in_session=rules.in_session and (section is None or section.in_session),
        section_known=section is not None,
        slot_known=section is not None and rules.has_slot(marking.slot, section),
        taught_by_marker=section is not None and section.taught,
        student_known=student.known,
        enrolled=student.enrolled,
        register=register.state if register else RegisterState.OPEN,
        reason_given=bool(marking.reason),
        marker=marking.marker,
        already_said=looked_up.already_said_of(record.student_id),
    )
