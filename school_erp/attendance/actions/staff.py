"""Marking staff: many at once by the office. One transaction, a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from school_erp.attendance.actions.staff_answers import answered
from school_erp.attendance.actions.staff_writing import write_staff_changes
from school_erp.attendance.errors import MarkingRefused, refusal
from school_erp.attendance.marking import Marker
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import Rulebook, rulebook_for
from school_erp.attendance.queries.staff import StaffGround, ground_of
from school_erp.attendance.rules.deciding import decide
from school_erp.attendance.rules.staff import (
    SLOT,
    StaffDay,
    code_for,
    fault_of,
    fault_of_change,
    proposed_mark,
)
from school_erp.attendance.staff import StaffAnswer, StaffChange, StaffMarking, StaffRecord
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.clock import now

_NOBODY = StaffGround(employed=False, mark=None)


@dataclass(frozen=True, slots=True)
class StaffSurroundings:
    """Everything that was looked up, so that judging needs no database."""

    school_id: UUID
    rules: Rulebook
    people: Mapping[UUID, StaffGround]
    received_at: dt.datetime

    def day_of(
        self, person_id: UUID, day: dt.date, marker: Marker, *, reason_given: bool = False
    ) -> StaffDay:
        zone = ZoneInfo(self.rules.timezone)
        known = self.people.get(person_id, _NOBODY)
        return StaffDay(
            day=day,
            received_at=self.received_at,
            to_local=lambda moment: moment.astimezone(zone),
            window=self.rules.window,
            codes=self.rules.codes,
            closed=self.rules.closed_because is not None,
            in_session=self.rules.in_session,
            employed=known.employed,
            reason_given=reason_given,
            marker=marker,
            standing=known.mark,
        )


def surroundings_of(
    school_id: UUID, day: dt.date, people: Sequence[UUID] = ()
) -> StaffSurroundings:
    rules = rulebook_for(Place(school_id, day, SLOT))
    return StaffSurroundings(school_id, rules, ground_of(school_id, day, people), now())


def mark_staff(marking: StaffMarking) -> list[StaffAnswer]:
    """Store what may be stored; answer for every record."""
    return _store(marking, _judge_all(marking))


def mark_staff_wholly(marking: StaffMarking) -> list[StaffAnswer]:
    """The same, but nothing at all where one of them cannot be right, naming each."""
    judged = _judge_all(marking)
    faults = [
        verdict
        for verdict in judged
        if isinstance(verdict, StaffAnswer) and verdict.outcome is Outcome.REJECTED
    ]
    if faults:
        raise MarkingRefused(records=[answered(fault) for fault in faults])
    return _store(marking, judged)


def _store(marking: StaffMarking, judged: Sequence[StaffAnswer | StaffChange]) -> list[StaffAnswer]:
    changes = [verdict for verdict in judged if isinstance(verdict, StaffChange)]
    stored = write_staff_changes(
        marking.school_id, marking.date, marking.marker, marking.reason, changes
    )
    return [answer_to(verdict, stored) for verdict in judged]


def _judge_all(marking: StaffMarking) -> list[StaffAnswer | StaffChange]:
    looked_up = surroundings_of(
        marking.school_id, marking.date, [record.person_id for record in marking.records]
    )
    seen: set[UUID] = set()
    verdicts: list[StaffAnswer | StaffChange] = []
    for record in marking.records:
        around = looked_up.day_of(
            record.person_id, marking.date, marking.marker, reason_given=bool(marking.reason)
        )
        twice = record.person_id in seen
        seen.add(record.person_id)
        verdicts.append(
            rejected(record.person_id, "duplicate_person", around)
            if twice
            else _judge(record, around)
        )
    return verdicts


def rejected(person_id: UUID, fault: str, around: StaffDay) -> StaffAnswer:
    return StaffAnswer(person_id, Outcome.REJECTED, around.standing, refusal(fault))


def answer_to(verdict: StaffAnswer | StaffChange, stored: frozenset[UUID]) -> StaffAnswer:
    if isinstance(verdict, StaffAnswer):
        return verdict
    if verdict.person_id not in stored:
        return StaffAnswer(verdict.person_id, Outcome.CONFLICT, verdict.before)
    outcome = Outcome.CHANGED if verdict.before else Outcome.CREATED
    return StaffAnswer(verdict.person_id, outcome, verdict.mark)


def _judge(record: StaffRecord, around: StaffDay) -> StaffAnswer | StaffChange:
    fault, code = fault_of(record, around), code_for(record, around.codes)
    if fault is not None or code is None:
        return rejected(record.person_id, fault or "unknown_code", around)
    proposed = proposed_mark(record, around, code)
    decision = decide(record, proposed, around.standing)
    if not decision.write:
        return StaffAnswer(record.person_id, decision.outcome, around.standing)
    late = fault_of_change(around)
    if late is not None:
        return rejected(record.person_id, late, around)
    return StaffChange(record.person_id, proposed, around.standing)
