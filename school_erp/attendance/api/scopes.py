from __future__ import annotations

from typing import Any

from flask import Response

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions.scoping import ScopeMarking, accept_scope
from school_erp.attendance.api.job_answers import answer_with
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.scopes import Scope
from school_erp.attendance.queries.slots import slot_due
from school_erp.attendance.scope_schemas import ScopeMarkingBody
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint

blueprint = Blueprint(
    "attendance_scopes", __name__, url_prefix="/school/attendance", description="Bulk marking"
)


@blueprint.post("/scopes")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(ScopeMarkingBody)
@blueprint.response(202)
def mark_scope(body: dict[str, Any]) -> Response:
    """Mark many classes in one job: all alike, but for the exceptions."""
    actor = current_actor()
    named = body["scope"].get("sections")
    slot = body.get("period") or slot_due(
        actor.school_id, named[0] if named and len(named) == 1 else None, body["date"]
    )
    asked = ScopeMarking(
        place=Place(actor.school_id, body["date"], slot),
        scope=Scope(named, body["scope"].get("grade")),
        default=body["default"],
        marker=marker_of(actor),
        exceptions=body["exceptions"],
        only_blank=body["only_blank"],
        reason=body.get("reason", ""),
    )
    return answer_with(accept_scope(asked))
