from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.absences.access import (
    Permission,
    absence_for,
    guardian_on_the_phone,
    in_office,
    student_to_speak_for,
    teller_of,
)
from school_erp.absences.actions.asking import Asked, ask
from school_erp.absences.actions.deciding import accept, cancel, refuse
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.shown import AbsenceShown, absences_page, shown_to
from school_erp.absences.schemas import (
    AbsenceBody,
    AbsenceDecisionBody,
    AbsencePage,
    AbsenceQuery,
    AbsenceShape,
    CancellationBody,
)
from school_erp.absences.vocabulary import State, Through
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page

blueprint = Blueprint(
    "absences", __name__, url_prefix="/absences", description="What families tell of absences"
)


@blueprint.get("")
@requires(Permission.READ)
@blueprint.arguments(AbsenceQuery, location="query")
@blueprint.response(200, AbsencePage)
def list_absences(asked: dict[str, Any]) -> Page[AbsenceShown]:
    """For parents, of their own children; for the office, of anybody."""
    actor = current_actor()
    if "student_id" in asked:
        student_to_speak_for(actor, asked["student_id"])
    return absences_page(actor, asked)


@blueprint.post("")
@requires(Permission.WRITE)
@idempotent
@blueprint.arguments(AbsenceBody)
@blueprint.response(201, AbsenceShape)
def tell_of_absence(body: dict[str, Any]) -> AbsenceShown:
    """A parent of their own child; the office for whoever rang."""
    actor = current_actor()
    student = student_to_speak_for(actor, body["student_id"])
    through, asked_by = Through.PAGE, actor.person_id
    if in_office(actor):
        through, asked_by = Through.OFFICE, None
        if "guardian_id" in body:
            asked_by = guardian_on_the_phone(student, body["guardian_id"])
    return _shown(
        ask(student, Asked.of(body), teller_of(actor), through=through, asked_by=asked_by)
    )


@blueprint.get("/<uuid:absence_id>")
@requires(Permission.READ)
@blueprint.response(200, AbsenceShape)
def show_absence(absence_id: UUID) -> AbsenceShown:
    return _shown(absence_for(current_actor(), absence_id))


@blueprint.put("/<uuid:absence_id>/decision")
@requires(Permission.DECIDE)
@blueprint.arguments(AbsenceDecisionBody)
@blueprint.response(200, AbsenceShape)
def decide(body: dict[str, Any], absence_id: UUID) -> AbsenceShown:
    """Accept, and see mark by mark what it did; or refuse, with a sentence for the family."""
    actor = current_actor()
    absence = absence_for(actor, absence_id, hold=True)
    if body["decision"] == State.ACCEPTED:
        accept(absence, teller_of(actor), body.get("code", ""), body["answer"])
    else:
        refuse(absence, teller_of(actor), body["answer"])
    return _shown(absence)


@blueprint.put("/<uuid:absence_id>/cancellation")
@requires(Permission.WRITE)
@blueprint.arguments(CancellationBody)
@blueprint.response(200, AbsenceShape)
def cancel_absence(body: dict[str, Any], absence_id: UUID) -> AbsenceShown:
    """Takes back what the request itself did, where nobody did anything since."""
    actor = current_actor()
    absence = absence_for(actor, absence_id, hold=True)
    cancel(absence, teller_of(actor), body["reason"])
    return _shown(absence)


def _shown(absence: AbsenceRequest) -> AbsenceShown:
    [shown] = shown_to(current_actor(), [absence])
    return shown
