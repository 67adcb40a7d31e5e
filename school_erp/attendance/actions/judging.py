"""What is to become of each record, by what was looked up."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, overload
from uuid import UUID

from school_erp.attendance.actions.grounds import Ground, circumstances
from school_erp.attendance.actions.writing import Change
from school_erp.attendance.errors import refusal
from school_erp.attendance.marking import Answer, Mark, Marking, Record
from school_erp.attendance.queries.standing import UNMARKED, StudentGround
from school_erp.attendance.rules.codes import Code
from school_erp.attendance.rules.deciding import decide
from school_erp.attendance.rules.judging import Circumstances, code_for, fault_of, proposed_mark
from school_erp.attendance.vocabulary import Outcome


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
_NOTHING: Mapping[UUID, Answer] = {}


def judge_all(marking: Marking, looked_up: Ground) -> list[Verdict]:
    proposals: dict[Hashable, Mark] = {}
    plainly, made = looked_up.plainly, dict[int, Mark]()

    def judge(record: Record, student: StudentGround, found: Fitting | Fault) -> Verdict:
        mark = made.get(id(found)) if student is plainly else None
        if mark is not None:
            return Change(record, mark, None)
        verdict = _judge(record, student, found, proposals)
        if student is plainly and isinstance(verdict, Change):
            made[id(found)] = verdict.mark
        return verdict

    return [judge(*each) for each in _assess_all(marking, looked_up)]


def _assess_all(
    marking: Marking, looked_up: Ground
) -> Iterator[tuple[Record, StudentGround, Fitting | Fault]]:
    seen: dict[UUID, Record] = {}
    alike: dict[tuple[Any, ...], Fitting | Fault] = {}
    known, plainly = looked_up.students, looked_up.plainly
    for record in marking.records:
        student_id = record.student_id
        student = known.get(student_id, UNMARKED) if known else UNMARKED
        first = seen.setdefault(student_id, record)
        if first is not record:
            again = "duplicate_student" if record == first else "conflicting_statuses"
            yield record, student, again
            continue
        # of most of a class the very same is said
        plain = student is plainly
        matters = record[1:] if plain else _what_matters(record, student, looked_up)
        found = alike.get(matters)
        if found is None:
            found = alike[matters] = _assess(marking, looked_up, record)
        yield record, student, found


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
    """Records that are alike in this are judged alike."""
    return (
        *(record.section_id, record.status, record.code, bool(record.minutes_late)),
        record.marked_at,
        student.known,
        student.enrolled,
        looked_up.already_said_of(record.student_id),
    )


def faults(marking: Marking, looked_up: Ground) -> Iterator[Rejected]:
    for record, student, found in _assess_all(marking, looked_up):
        if isinstance(found, Fault):
            yield Rejected(record, found, student.mark)


@overload
def in_words(verdict: Rejected) -> Answer: ...
@overload
def in_words(verdict: Verdict) -> Answer | Change: ...
def in_words(verdict: Verdict) -> Answer | Change:
    if not isinstance(verdict, Rejected):
        return verdict
    record, fault, mark = verdict
    return Answer(record.student_id, Outcome.REJECTED, mark, refusal(fault))


def answer_of(
    verdict: Answer | Change,
    overtaken: frozenset[UUID] = frozenset(),
    later: Mapping[UUID, Answer] = _NOTHING,
) -> Answer:
    if isinstance(verdict, Answer):
        return verdict
    student_id = verdict.record.student_id
    if overtaken and student_id in overtaken:
        return later.get(student_id) or Answer(student_id, Outcome.CONFLICT, verdict.before)
    outcome = Outcome.CHANGED if verdict.before else Outcome.CREATED
    return Answer(student_id, outcome, verdict.mark)
