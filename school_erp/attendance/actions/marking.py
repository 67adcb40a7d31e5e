"""The one way in. Every mark, whatever it comes from, goes through `mark`.

One transaction, a constant number of statements: rules, then precedence, then versions, then
rows, audit and registers together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar, overload
from uuid import UUID
from zoneinfo import ZoneInfo

from school_erp.attendance.actions.writing import Change, Writing, being_written
from school_erp.attendance.errors import refusal
from school_erp.attendance.marking import Answer, Mark, Marking, Record, Result
from school_erp.attendance.queries import ground
from school_erp.attendance.queries.enrolled import are_of_one_class
from school_erp.attendance.queries.ground import Place, RegisterGround, SectionGround
from school_erp.attendance.queries.place import ground_of
from school_erp.attendance.queries.rulebook import Rulebook
from school_erp.attendance.queries.standing import (
    UNMARKED,
    StudentGround,
    Students,
    standing,
    standing_under_way,
)
from school_erp.attendance.rules.codes import Code
from school_erp.attendance.rules.deciding import decide
from school_erp.attendance.rules.judging import (
    Circumstances,
    code_for,
    fault_of,
    proposed_mark,
)
from school_erp.attendance.vocabulary import Outcome, RegisterState
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

    def student(self, student_id: UUID) -> StudentGround:
        return self.students.get(student_id, UNMARKED)

    def mark_of(self, student_id: UUID) -> Mark | None:
        return self.student(student_id).mark

    @property
    def versions(self) -> dict[UUID, int]:
        return {each.section_id: each.version for each in self.registers.values()}

    def already_said_of(self, student_id: UUID) -> frozenset[str]:
        standing = self.mark_of(student_id)
        found = (standing.code if standing else None, self.suggested.get(student_id))
        return frozenset(code for code in found if code)


@dataclass(frozen=True, slots=True)
class Fitting:
    """The code of a record that nothing stands against, and what it was judged by."""

    code: Code
    around: Circumstances


Fault = str


class Rejected(NamedTuple):
    """Why a record is not stored, not yet in words: those are in the language of whoever asks."""

    record: Record
    fault: Fault
    mark: Mark | None


Verdict = Answer | Change | Rejected


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to become of each record, and what will be written of that."""

    judged: Sequence[Verdict]
    writing: Writing


T = TypeVar("T")


def mark(marking: Marking) -> Result:
    """Store what may be stored; answer for every record."""
    result, _ = mark_and_say(marking, len)
    return result


def mark_and_say(marking: Marking, say: Callable[[Sequence[Answer]], T]) -> tuple[Result, T]:
    """The same, and what somebody makes of the answers while PostgreSQL stores the marks."""
    around = _look_around(marking, hold=True)
    with standing_under_way(_place(marking), marking.records) as found:
        # there is hardly ever more to say of anybody, so this is right before it is known to be
        intent = _intend(marking, around)
        students = found()
    if students:
        intent = _intend(marking, replace(around, students=students))
    judged = list(map(_in_words, intent.judged))
    with being_written(intent.writing) as stored:
        answers = [_answer(verdict) for verdict in judged]
        said = say(answers)
    if stored.overtaken:
        answers = [_answer(verdict, stored.overtaken) for verdict in judged]
        said = say(answers)
    return Result(answers, {**around.versions, **stored.registers}), said


def _intend(marking: Marking, looked_up: Ground) -> Intent:
    judged = _judge_all(marking, looked_up)
    changes = [verdict for verdict in judged if isinstance(verdict, Change)]
    place, at = _place(marking), looked_up.received_at
    rules, held = looked_up.rules, looked_up.registers
    return Intent(judged, Writing.of(place, rules, marking, changes, held, at))


def foresee(marking: Marking) -> Result:
    """What `mark` would answer now, without holding or changing anything."""
    looked_up = look_up(marking, hold=False)
    return Result([_answer(_in_words(verdict)) for verdict in _judge_all(marking, looked_up)])


def faults_of(marking: Marking) -> list[Answer]:
    """What `mark` would reject."""
    around, place = _look_around(marking, hold=False), _place(marking)
    if are_of_one_class(place, marking.records) and not any(_faults(marking, around)):
        return []
    students = standing(place, marking.records)
    return list(map(_in_words, _faults(marking, replace(around, students=students))))


def _faults(marking: Marking, looked_up: Ground) -> Iterator[Rejected]:
    for record, student, found in _assess_all(marking, looked_up):
        if isinstance(found, Fault):
            yield Rejected(record, found, student.mark)


def _place(marking: Marking) -> Place:
    return Place(marking.school_id, marking.date, marking.slot)


def look_up(marking: Marking, *, hold: bool) -> Ground:
    around = _look_around(marking, hold=hold)
    return replace(around, students=standing(_place(marking), marking.records))


def _look_around(marking: Marking, *, hold: bool) -> Ground:
    """All but the students."""
    place = _place(marking)
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


def _judge_all(marking: Marking, looked_up: Ground) -> list[Verdict]:
    proposals: dict[Hashable, Mark] = {}
    assessed = _assess_all(marking, looked_up)
    return [_judge(record, student, found, proposals) for record, student, found in assessed]


def _assess_all(
    marking: Marking, looked_up: Ground
) -> Iterator[tuple[Record, StudentGround, Fitting | Fault]]:
    seen: dict[UUID, Record] = {}
    alike: dict[tuple[Any, ...], Fitting | Fault] = {}
    for record in marking.records:
        student = looked_up.student(record.student_id)
        first = seen.setdefault(record.student_id, record)
        if first is not record:
            again = "duplicate_student" if record == first else "conflicting_statuses"
            yield record, student, again
            continue
        matters = _what_matters(record, student, looked_up)
        if matters not in alike:
            alike[matters] = _assess(marking, looked_up, record)
        yield record, student, alike[matters]


def _assess(marking: Marking, looked_up: Ground, record: Record) -> Fitting | Fault:
    around = circumstances(marking, looked_up, record)
    fault, code = fault_of(record, around), code_for(record, around)
    if fault is not None or code is None:
        return fault or "unknown_code"
    return Fitting(code, around)


def _judge(
    record: Record,
    student: StudentGround,
    found: Fitting | Fault,
    proposals: dict[Hashable, Mark],
) -> Verdict:
    if isinstance(found, Fault):
        return Rejected(record, found, student.mark)
    proposed = _proposed(record, found, student.mark, proposals)
    decision = decide(record, proposed, student.mark)
    if not decision.write:
        return Answer(record.student_id, decision.outcome, student.mark)
    return Change(record, proposed, student.mark, student.listeners)


def _proposed(
    record: Record, found: Fitting, standing: Mark | None, proposals: dict[Hashable, Mark]
) -> Mark:
    """One mark for all who are given the same, so that it is made and written down once."""
    version = standing.version + 1 if standing else 1
    same = (id(found), version, *_said_beside_the_code(record))
    if same not in proposals:
        proposals[same] = proposed_mark(record, found.around, found.code, version)
    return proposals[same]


def _said_beside_the_code(record: Record) -> tuple[Hashable, ...]:
    return (
        *(record.minutes_late, record.arrived_at, record.remarks),
        *(record.marked_at, record.said_by),
    )


def _what_matters(record: Record, student: StudentGround, looked_up: Ground) -> tuple[Any, ...]:
    """Records that are alike in this are judged alike, and most of a class are."""
    if student is UNMARKED and not looked_up.suggested:
        return record[1:]
    return (
        *(record.section_id, record.status, record.code, bool(record.minutes_late)),
        record.marked_at,
        student.known,
        student.enrolled,
        looked_up.already_said_of(record.student_id),
    )


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


@overload
def _in_words(verdict: Rejected) -> Answer: ...
@overload
def _in_words(verdict: Verdict) -> Answer | Change: ...
def _in_words(verdict: Verdict) -> Answer | Change:
    if not isinstance(verdict, Rejected):
        return verdict
    record, fault, mark = verdict
    return Answer(record.student_id, Outcome.REJECTED, mark, refusal(fault))


def _answer(verdict: Answer | Change, overtaken: frozenset[UUID] = frozenset()) -> Answer:
    if isinstance(verdict, Answer):
        return verdict
    student_id = verdict.record.student_id
    if overtaken and student_id in overtaken:
        return Answer(student_id, Outcome.CONFLICT, verdict.before)
    outcome = Outcome.CHANGED if verdict.before else Outcome.CREATED
    return Answer(student_id, outcome, verdict.mark)
