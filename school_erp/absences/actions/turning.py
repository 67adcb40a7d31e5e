"""What a request does to marks, and takes back: by the one way in, session by session."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.standing import standing_marks
from school_erp.absences.rules import DONE, turns
from school_erp.absences.wording import REASONS
from school_erp.attendance.actions.marking import mark
from school_erp.attendance.actions.withdrawing import take_back
from school_erp.attendance.marking import Answer, Marker, Marking, Record
from school_erp.attendance.models import StudentAttendance
from school_erp.attendance.vocabulary import Status

# said of a mark beside the outcomes of marking
WAS_THERE = "was_there"

Outcomes = list[dict[str, Any]]


def turn_marks(absence: AbsenceRequest, teller: Marker) -> Outcomes:
    """The audit knows each mark it changes by the request, as it does those of a job."""
    teller = replace(teller, job_id=absence.id)
    why = str(_("Absence explained: %(reason)s", reason=REASONS[absence.reason]))
    return [_turn(absence, teller, standing, why) for standing in standing_marks(absence)]


def turned_by(absence: AbsenceRequest) -> Outcomes:
    return [each for each in absence.outcomes if each["outcome"] in DONE]


def put_back(absence: AbsenceRequest, teller: Marker, reason: str) -> Outcomes:
    """What stood before, but not where somebody did something since."""
    why = reason or str(_("Absence request cancelled"))
    return [_put_back(absence, teller, made, why) for made in turned_by(absence)]


def _turn(
    absence: AbsenceRequest, teller: Marker, standing: StudentAttendance, why: str
) -> dict[str, Any]:
    day, slot, section_id = standing.date, standing.slot, standing.section_id
    if not turns(Status(standing.status)):
        return _told(day, slot, section_id, WAS_THERE, standing.code)
    record = Record(
        student_id=absence.student_id,
        section_id=section_id,
        code=absence.code,
        remarks=standing.remarks,
    )
    [answer] = mark(Marking(absence.school_id, day, slot, [record], teller, why)).answers
    return _answered(day, slot, section_id, answer)


def _put_back(
    absence: AbsenceRequest, teller: Marker, made: dict[str, Any], why: str
) -> dict[str, Any]:
    day, slot = dt.date.fromisoformat(made["date"]), made["slot"]
    section_id = UUID(made["section_id"])
    record = Record(student_id=absence.student_id, section_id=section_id)
    marking = Marking(absence.school_id, day, slot, [record], teller, why)
    [answer] = take_back(marking, absence.id).answers
    return _answered(day, slot, section_id, answer)


def _answered(day: dt.date, slot: int, section_id: UUID, answer: Answer) -> dict[str, Any]:
    code = answer.mark.code if answer.mark else ""
    told = _told(day, slot, section_id, answer.outcome.value, code)
    return told | ({"message": answer.error.message} if answer.error else {})


def _told(day: dt.date, slot: int, section_id: UUID, outcome: str, code: str) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "slot": slot,
        "section_id": str(section_id),
        "outcome": outcome,
        "code": code,
        "message": "",
    }
