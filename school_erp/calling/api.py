from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.access import marker_of, student_for
from school_erp.calling.access import Permission, caller_of
from school_erp.calling.actions.ringing import Said, call_first, claim_family, note_call, release
from school_erp.calling.queries.attempts import (
    AttemptShown,
    attempts_page,
    is_called_first,
    with_names,
)
from school_erp.calling.queries.lines import calling_list
from school_erp.calling.schemas import (
    CallClaimShape,
    CalledFirstShape,
    CallingList,
    CallPage,
    CallQuery,
    CallsMade,
    NewCallBody,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.schools.queries import today_here

blueprint = Blueprint("calls", __name__, url_prefix="/calls", description="Ringing families")


@blueprint.get("/list")
@requires(Permission.READ)
@blueprint.response(200, CallingList)
def show_list() -> dict[str, Any]:
    """Who is absent now without anybody having said why, in the order in which to ring."""
    today = today_here()
    return {"date": today, "items": calling_list(today)}


@blueprint.get("")
@requires(Permission.READ)
@blueprint.arguments(CallQuery, location="query")
@blueprint.response(200, CallPage)
def list_calls(asked: dict[str, Any]) -> Page[AttemptShown]:
    """All that was tried about one child, the newest first."""
    student = student_for(current_actor(), asked["student_id"])
    return attempts_page(student.id, asked)


@blueprint.post("")
@requires(Permission.CALL)
@idempotent
@blueprint.arguments(NewCallBody)
@blueprint.response(201, CallsMade)
def note(body: dict[str, Any]) -> dict[str, Any]:
    """What came of a call: one record, or one for each child whom it was about."""
    actor = current_actor()
    student = student_for(actor, body.pop("student_id"))
    return {"items": with_names(note_call(student, Said.of(body), caller_of(actor)))}


@blueprint.put("/claims/<uuid:student_id>")
@requires(Permission.CALL)
@blueprint.response(200, CallClaimShape)
def claim(student_id: UUID) -> dict[str, Any]:
    """Say that one is just ringing this family; it holds for five minutes, or until it is noted."""
    actor = current_actor()
    student = student_for(actor, student_id)
    return {"caller_name": actor.name, "until": claim_family(student, caller_of(actor))}


@blueprint.delete("/claims/<uuid:student_id>")
@requires(Permission.CALL)
@blueprint.response(204)
def unclaim(student_id: UUID) -> None:
    actor = current_actor()
    student_for(actor, student_id)
    release(caller_of(actor))


@blueprint.put("/first/<uuid:student_id>")
@requires(Permission.CALL)
@blueprint.response(200, CalledFirstShape)
def put_first(student_id: UUID) -> dict[str, Any]:
    """A child to ring about before others."""
    return _first(student_id, first=True)


@blueprint.delete("/first/<uuid:student_id>")
@requires(Permission.CALL)
@blueprint.response(200, CalledFirstShape)
def put_among_others(student_id: UUID) -> dict[str, Any]:
    return _first(student_id, first=False)


def _first(student_id: UUID, *, first: bool) -> dict[str, Any]:
    actor = current_actor()
    student = student_for(actor, student_id)
    call_first(student, marker_of(actor), first=first)
    return {"student_id": student.id, "called_first": is_called_first(student.id)}
