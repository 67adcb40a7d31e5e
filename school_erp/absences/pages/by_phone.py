"""What somebody rings or comes in to say, written down by the office."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.absences.access import (
    Permission,
    guardian_on_the_phone,
    student_to_speak_for,
    teller_of,
)
from school_erp.absences.actions.asking import Asked, ask
from school_erp.absences.actions.deciding import accept, code_to_use
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.pages.files import file_chosen
from school_erp.absences.pages.words import codes_to_offer
from school_erp.absences.queries.days import slot_names
from school_erp.absences.schemas import PhoneBody
from school_erp.absences.vocabulary import Through
from school_erp.absences.wording import REASONS
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.people.models import Person
from school_erp.people.queries.guardianships import guardians_of
from school_erp.people.queries.people import people_page
from school_erp.people.relations import RELATIONS
from school_erp.people.schemas import DirectoryQuery
from school_erp.schools.queries import today_here
from school_erp.schools.roles import Role

blueprint = Blueprint("phone_absence_pages", __name__, url_prefix="/absences/by-phone")

OFFERED = 20


@blueprint.get("")
@requires(Permission.DECIDE)
def find() -> ResponseReturnValue:
    actor = current_actor()
    words = asked_for(DirectoryQuery).get("q", "")
    asked = {"q": words, "active": True, "role": Role.STUDENT, "limit": OFFERED}
    found = people_page(actor, asked) if words else None
    return render_template("absences/find_student.html", found=found, q=words)


@blueprint.route("/<uuid:student_id>", methods=["GET", "POST"])
@requires(Permission.DECIDE)
def enter(student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    student = student_to_speak_for(actor, student_id)
    today = today_here()
    rang = request.args.get("guardian_id", "")
    values = {"starts_on": today, "ends_on": today, "accept": True, "guardian_id": rang}
    form = Form(PhoneBody, values)
    if request.method == "POST" and form.submit(lambda body: _enter(student, body)):
        flash(_("Written down."), "success")
        return redirect(url_for("absence_pages.show", absence_id=form.result.id))
    return render_template(
        "absences/by_phone.html",
        form=form,
        student=student,
        guardians=_guardians(student),
        slots=slot_names().items(),
        reasons=REASONS.items(),
        codes=codes_to_offer(today),
    ), form.status


def _enter(student: Person, body: dict[str, Any]) -> AbsenceRequest:
    teller = teller_of(current_actor())
    rang = body.get("guardian_id")
    asked_by = guardian_on_the_phone(student, rang) if rang else None
    asked, code = Asked.of(body), body.get("code", "")
    if body["accept"]:
        code = code_to_use(asked, teller, code)
    absence = ask(
        student, asked, teller, through=Through.OFFICE, asked_by=asked_by, file=file_chosen()
    )
    if body["accept"]:
        accept(absence, teller, code)
    return absence


def _guardians(student: Person) -> list[tuple[UUID, str]]:
    """In the order in which they are called, with what they are to the student."""
    return [
        (
            each["person"]["id"],
            f"{each['person']['name']} ({RELATIONS.get(each['relation'], each['relation'])})",
        )
        for each in guardians_of(current_actor(), student)
    ]
