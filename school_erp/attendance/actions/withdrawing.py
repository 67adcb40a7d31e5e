"""Taking marks back, by the same rules and in the same transaction shape as making them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import cast
from uuid import UUID

from school_erp.attendance.actions.grounds import Ground, circumstances, look_up
from school_erp.attendance.actions.restoring import Restoration, write_restorations
from school_erp.attendance.errors import MarkingRefused, refusal
from school_erp.attendance.marking import Answer, Mark, Marker, Marking, Record, Result
from school_erp.attendance.queries.ground import Place, close_unused, section_to_mark
from school_erp.attendance.queries.undoing import LastChange, last_changes
from school_erp.attendance.rules.judging import fault_of_withdrawal
from school_erp.attendance.vocabulary import Outcome, Source, Status
from school_erp.core.errors import NotFound

Verdict = Answer | Restoration


def take_back(marking: Marking, job_id: UUID) -> Result:
    """Put back what stood before that job, but not where somebody did something since."""
    place = Place(marking.school_id, marking.date, marking.slot)
    looked_up = look_up(marking, hold=True)
    changes = last_changes(place, [record.student_id for record in marking.records])

    def judge(record: Record, standing: Mark | None) -> Verdict:
        change = changes.get(record.student_id)
        if change is None or change.job_id != job_id or change.version != _version(standing):
            return Answer(record.student_id, Outcome.KEPT, standing)
        section_id = standing.section_id if standing else record.section_id
        return Restoration(record.student_id, section_id, standing, _mark_before(change, standing))

    return _settle(place, marking, looked_up, judge)


def withdraw_mark(
    place: Place, student_id: UUID, marker: Marker, said: dict[str, object]
) -> Answer:
    """One student is as if nobody had marked them; where nobody had, nothing changes."""
    section_id = section_to_mark(place, student_id)
    if section_id is None:
        raise NotFound
    base = cast(int | None, said.get("base_version"))
    record = Record(student_id=student_id, section_id=section_id, base_version=base)
    reason = str(said.get("reason", ""))
    marking = Marking(place.school_id, place.day, place.slot, [record], marker, reason)
    [answer] = withdraw(marking).answers
    if answer.error is not None:
        raise MarkingRefused(answer.error.message, code=answer.error.code)
    return answer


def withdraw(marking: Marking) -> Result:
    """Students are as if nobody had marked them, but for marks that changed since."""
    place = Place(marking.school_id, marking.date, marking.slot)
    return _settle(place, marking, look_up(marking, hold=True), _taken_away)


def _taken_away(record: Record, standing: Mark | None) -> Verdict:
    if standing is None:
        return Answer(record.student_id, Outcome.UNCHANGED)
    if record.base_version is not None and record.base_version != standing.version:
        return Answer(record.student_id, Outcome.CONFLICT, standing)
    return Restoration(record.student_id, record.section_id, standing, None)


def _settle(
    place: Place,
    marking: Marking,
    looked_up: Ground,
    judge: Callable[[Record, Mark | None], Verdict],
) -> Result:
    verdicts = [_judged(marking, looked_up, record, judge) for record in marking.records]
    restorations = [verdict for verdict in verdicts if isinstance(verdict, Restoration)]
    close_unused(place, looked_up.opened.difference(each.section_id for each in restorations))
    rules, received_at = looked_up.rules, looked_up.received_at
    stored = write_restorations(place, rules, marking, restorations, received_at)
    answers = [_answer(verdict, stored.overtaken) for verdict in verdicts]
    return Result(answers, {**looked_up.versions, **stored.registers})


def _judged(
    marking: Marking,
    looked_up: Ground,
    record: Record,
    judge: Callable[[Record, Mark | None], Verdict],
) -> Verdict:
    standing = looked_up.mark_of(record.student_id)
    fault = fault_of_withdrawal(record, circumstances(marking, looked_up, record))
    if fault:
        return Answer(record.student_id, Outcome.REJECTED, standing, refusal(fault))
    if standing and marking.marker.source < standing.source:
        return Answer(record.student_id, Outcome.KEPT, standing)
    return judge(record, standing)


def _answer(verdict: Verdict, overtaken: frozenset[UUID]) -> Answer:
    if isinstance(verdict, Answer):
        return verdict
    if verdict.student_id in overtaken:
        return Answer(verdict.student_id, Outcome.CONFLICT, verdict.standing)
    outcome = Outcome.CHANGED if verdict.standing else Outcome.CREATED
    return Answer(verdict.student_id, outcome, verdict.mark)


def _version(mark: Mark | None) -> int:
    return mark.version if mark else 0


def _mark_before(change: LastChange, standing: Mark | None) -> Mark | None:
    before = change.before
    if before is None:
        return None
    arrived = before.get("arrived_at")
    mark = Mark(
        status=Status(before["status"]),
        code=before["code"],
        minutes_late=before["minutes_late"],
        remarks=before["remarks"],
        source=Source[before["source"]],
        version=_version(standing) + 1,
        section_id=change.marked_in,
        marked_by=change.marked_by,
        marked_at=change.marked_at,
    )
    return replace(mark, arrived_at=dt.datetime.fromisoformat(arrived)) if arrived else mark
