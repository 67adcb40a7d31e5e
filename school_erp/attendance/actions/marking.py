"""The one way in. Every mark, whatever it comes from, goes through `mark`.

One transaction, a constant number of statements: rules, then precedence, then versions, then
rows, audit and registers together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from school_erp.attendance.actions.grounds import Ground, look_around, look_up, place_of
from school_erp.attendance.actions.judging import (
    Verdict,
    answer_of,
    faults,
    in_words,
    judge_all,
)
from school_erp.attendance.actions.writing import Change, Writing, being_written
from school_erp.attendance.marking import Answer, Marking, Record, Result
from school_erp.attendance.queries.enrolled import are_of_one_class
from school_erp.attendance.queries.ground import close_unused
from school_erp.attendance.queries.standing import standing, standing_under_way


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
    around = look_around(marking, hold=True)
    marked = not around.nobody_was_marked
    with standing_under_way(place_of(marking), marking.records, marked=marked) as found:
        # there is hardly ever more to say of anybody, so this is right before it is known to be
        intent = _intend(marking, around)
        students = found()
    if students:
        intent = _intend(marking, replace(around, students=students))
    close_unused(place_of(marking), around.opened.difference(intent.writing.sections))
    judged = list(map(in_words, intent.judged))
    with being_written(intent.writing) as stored:
        answers = [answer_of(verdict) for verdict in judged]
        said = say(answers)
    registers = {**around.versions, **stored.registers}
    if stored.overtaken:
        # who was marked through another class is judged by that mark, now that it is known of
        later = Result() if marked else mark(_those(stored.overtaken, marking, judged))
        by_student = {answer.student_id: answer for answer in later.answers}
        answers = [answer_of(verdict, stored.overtaken, by_student) for verdict in judged]
        said, registers = say(answers), {**registers, **later.registers}
    return Result(answers, registers), said


def _those(
    overtaken: frozenset[UUID], marking: Marking, judged: Sequence[Answer | Change]
) -> Marking:
    changes = (verdict.record for verdict in judged if isinstance(verdict, Change))
    records = [record for record in changes if record.student_id in overtaken]
    return replace(marking, records=records)


def _intend(marking: Marking, looked_up: Ground) -> Intent:
    judged = judge_all(marking, looked_up)
    changes = [verdict for verdict in judged if isinstance(verdict, Change)]
    place, at = place_of(marking), looked_up.received_at
    rules, held = looked_up.rules, looked_up.registers
    return Intent(judged, Writing.of(place, rules, marking, changes, held, at))


def foresee(marking: Marking) -> Result:
    """What `mark` would answer now, without holding or changing anything."""
    looked_up = look_up(marking, hold=False)
    return Result([answer_of(in_words(verdict)) for verdict in judge_all(marking, looked_up)])


def faults_of(marking: Marking, one_of_each: Sequence[Record] | None = None) -> list[Answer]:
    """What `mark` would reject; of records of whom the same is said, one may stand for all."""
    around, place = look_around(marking, hold=False), place_of(marking)
    if are_of_one_class(place, marking.records):
        some = replace(marking, records=one_of_each or marking.records)
        if not any(faults(some, around)):
            return []
    students = standing(place, marking.records)
    return list(map(in_words, faults(marking, replace(around, students=students))))
