from __future__ import annotations

from typing import Any

from flask import Response, jsonify, make_response

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions import bulk
from school_erp.attendance.api.job_answers import answer_with, told_at_once
from school_erp.attendance.api.waiting import is_small, seconds_to_wait
from school_erp.attendance.marking import Marking, Record
from school_erp.attendance.queries.slots import slot_due
from school_erp.attendance.schemas import MarkingBody
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint

blueprint = Blueprint(
    "attendance", __name__, url_prefix="/school/attendance", description="Marking and registers"
)


@blueprint.post("")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(MarkingBody)
@blueprint.response(202)
def mark_class(body: dict[str, Any]) -> Response:
    """Mark a class. Answers with the job, or with the results where the caller waits for them."""
    marking = marking_of(current_actor(), body)
    if seconds_to_wait() and is_small(len(marking.records)):
        return make_response(jsonify(told_at_once(marking)))
    return answer_with(bulk.accept(marking))


def marking_of(actor: Actor, body: dict[str, Any]) -> Marking:
    section_id = body["section_id"]
    return Marking(
        school_id=actor.school_id,
        date=body["date"],
        slot=body.get("period") or slot_due(actor.school_id, section_id, body["date"]),
        records=[Record(section_id=section_id, **record) for record in body["records"]],
        marker=marker_of(actor),
        reason=body.get("reason", ""),
    )
