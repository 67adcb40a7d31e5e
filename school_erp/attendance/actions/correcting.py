"""One mark put right, by the one way in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.actions.marking import mark
from school_erp.attendance.errors import MarkingRefused, refusal
from school_erp.attendance.marking import Answer, Marker, Marking, Record
from school_erp.attendance.queries.ground import Place, section_to_mark
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.errors import NotFound


def correct_mark(place: Place, student_id: UUID, marker: Marker, said: dict[str, Any]) -> Answer:
    section_id = section_to_mark(place, student_id)
    if section_id is None:
        raise NotFound
    said = dict(said)
    reason = said.pop("reason", "")
    record = Record(student_id=student_id, section_id=section_id, **said)
    [answer] = mark(
        Marking(place.school_id, place.day, place.slot, [record], marker, reason)
    ).answers
    if answer.outcome is Outcome.REJECTED:
        raise _refused(answer)
    return answer


def _refused(answer: Answer) -> MarkingRefused:
    error = answer.error or refusal("unknown_code")
    return MarkingRefused(error.message, code=error.code)
