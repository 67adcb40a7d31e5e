from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from school_erp.attendance.access import (
    Permission,
    marker_of,
    register_for,
    register_to_change,
    taught_only_by,
)
from school_erp.attendance.actions import registers as acting
from school_erp.attendance.actions.answering import answered, shown
from school_erp.attendance.actions.correcting import correct_mark
from school_erp.attendance.actions.withdrawing import withdraw_mark
from school_erp.attendance.models import Register
from school_erp.attendance.queries import registers as listing
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.reading import students_in
from school_erp.attendance.schemas import (
    AnswerShape,
    CorrectionBody,
    ReasonBody,
    RegisterPage,
    RegisterQuery,
    RegisterShape,
    WithdrawalBody,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.schemas import Empty

blueprint = Blueprint(
    "registers", __name__, url_prefix="/school/attendance", description="Registers and their marks"
)
REGISTER = "/registers/<uuid:section_id>/<date:day>/<int:slot>"


@blueprint.get("/registers")
@requires(Permission.REGISTER_READ)
@blueprint.arguments(RegisterQuery, location="query")
@blueprint.response(200, RegisterPage)
def list_registers(asked: dict[str, Any]) -> dict[str, Any]:
    """The registers of a day: a teacher's own, the office's all."""
    actor = current_actor()
    found = listing.registers_on(actor.school_id, asked.get("on"), taught_only_by(actor))
    return {"items": [each for each in found if _wanted(each, asked)], "next_cursor": None}


@blueprint.get(REGISTER)
@requires(Permission.REGISTER_READ)
@blueprint.response(200, RegisterShape)
def show_register(section_id: UUID, day: date, slot: int) -> dict[str, Any]:
    actor = current_actor()
    return _shown(register_for(actor, Place(actor.school_id, day, slot), section_id))


@blueprint.put(f"{REGISTER}/submission")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, RegisterShape)
def submit(_: dict[str, Any], section_id: UUID, day: date, slot: int) -> dict[str, Any]:
    actor = current_actor()
    register = register_to_change(actor, Place(actor.school_id, day, slot), section_id)
    acting.submit_register(register, marker_of(actor))
    return _shown(register)


@blueprint.delete(f"{REGISTER}/submission")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(ReasonBody)
@blueprint.response(200, RegisterShape)
def reopen(body: dict[str, Any], section_id: UUID, day: date, slot: int) -> dict[str, Any]:
    actor = current_actor()
    register = register_to_change(actor, Place(actor.school_id, day, slot), section_id)
    acting.reopen_register(register, marker_of(actor), body["reason"])
    return _shown(register)


@blueprint.put(f"{REGISTER}/lock")
@requires(Permission.REGISTER_LOCK)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, RegisterShape)
def lock(_: dict[str, Any], section_id: UUID, day: date, slot: int) -> dict[str, Any]:
    actor = current_actor()
    register = register_to_change(actor, Place(actor.school_id, day, slot), section_id)
    acting.lock_register(register, marker_of(actor))
    return _shown(register)


@blueprint.delete(f"{REGISTER}/lock")
@requires(Permission.REGISTER_LOCK)
@idempotent
@blueprint.arguments(ReasonBody)
@blueprint.response(200, RegisterShape)
def unlock(body: dict[str, Any], section_id: UUID, day: date, slot: int) -> dict[str, Any]:
    actor = current_actor()
    register = register_to_change(actor, Place(actor.school_id, day, slot), section_id)
    acting.unlock_register(register, marker_of(actor), body["reason"])
    return _shown(register)


@blueprint.patch("/marks/<uuid:student_id>/<date:day>/<int:slot>")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(CorrectionBody)
@blueprint.response(200, AnswerShape)
def correct(body: dict[str, Any], student_id: UUID, day: date, slot: int) -> dict[str, Any]:
    """One correction, answered at once with the mark that now stands."""
    actor = current_actor()
    place = Place(actor.school_id, day, slot)
    return answered(correct_mark(place, student_id, marker_of(actor), body))


@blueprint.delete("/marks/<uuid:student_id>/<date:day>/<int:slot>")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(WithdrawalBody)
@blueprint.response(200, AnswerShape)
def withdraw(body: dict[str, Any], student_id: UUID, day: date, slot: int) -> dict[str, Any]:
    """Take a mark away, as if it had not been made; the audit keeps it."""
    actor = current_actor()
    place = Place(actor.school_id, day, slot)
    return answered(withdraw_mark(place, student_id, marker_of(actor), body))


def _wanted(register: listing.RegisterInList, asked: dict[str, Any]) -> bool:
    return asked.get("state") in (None, register.standing) and asked.get("section_id") in (
        None,
        register.section_id,
    )


def _shown(register: Register) -> dict[str, Any]:
    place = Place(register.school_id, register.date, register.slot)
    return {
        **{name: getattr(register, name) for name in ("section_id", "date", "slot")},
        "state": register.state,
        "version": register.version,
        "students": [
            {
                "student_id": student.student_id,
                "name": student.name,
                "mark": shown(student.mark) if student.mark else None,
                "suggestion": student.suggestion,
            }
            for student in students_in(place, register.section_id)
        ],
    }
