from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.core.access import current_actor, requires
from school_erp.core.errors import invalid
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import Empty
from school_erp.people.access import Permission, guardian_for, guardianship_for, person_for
from school_erp.people.actions import guardianships as actions
from school_erp.people.models import Person
from school_erp.people.pages.people import blueprint
from school_erp.people.queries.people import people_page
from school_erp.people.relations import RELATIONS
from school_erp.people.schemas import DirectoryQuery, GuardianshipBody, GuardianshipChange

OFFERED = 20


@blueprint.route("/<uuid:person_id>/guardians/new", methods=["GET", "POST"])
@requires(Permission.GUARDIANSHIP_EDIT)
def new_guardian(person_id: UUID) -> ResponseReturnValue:
    """First find the adult, then say what they are to the student."""
    student = person_for(current_actor(), person_id)
    chosen = request.values.get("guardian_id")
    if not chosen:
        return _find_guardian(student)
    guardian = guardian_for(current_actor(), _as_id(chosen))
    form = Form(GuardianshipBody, {"gets_messages": True, "lives_with": True})
    if request.method == "POST" and form.submit(lambda body: _add(student, guardian, body)):
        flash(_("%(name)s has been added.", name=guardian.name), "success")
        return redirect(url_for(".show", person_id=person_id))
    return render_template(
        "people/new_guardian.html",
        form=form,
        student=student,
        guardian=guardian,
        relations=RELATIONS,
    ), form.status


def _find_guardian(student: Person) -> ResponseReturnValue:
    typed = asked_for(DirectoryQuery)
    asked = {"q": typed.get("q", ""), "active": True, "limit": OFFERED}
    found = people_page(current_actor(), asked) if asked["q"] else None
    return render_template("people/find_guardian.html", student=student, found=found, q=asked["q"])


def _add(student: Person, guardian: Person, body: dict[str, Any]) -> object:
    del body["guardian_id"]
    return actions.add_guardian(student, guardian, body)


def _as_id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as fault:
        raise invalid("guardian_id", _("We do not know this person.")) from fault


@blueprint.route("/<uuid:person_id>/guardians/<uuid:guardianship_id>", methods=["GET", "POST"])
@requires(Permission.GUARDIANSHIP_EDIT)
def edit_guardian(person_id: UUID, guardianship_id: UUID) -> ResponseReturnValue:
    student = person_for(current_actor(), person_id)
    guardianship = guardianship_for(student, guardianship_id)
    form = Form(GuardianshipChange, GuardianshipChange().dump(guardianship))
    if request.method == "POST" and form.submit(
        lambda body: actions.change_guardianship(student, guardianship, body)
    ):
        flash(_("Saved."), "success")
        return redirect(url_for(".show", person_id=person_id))
    return render_template(
        "people/edit_guardian.html",
        form=form,
        student=student,
        guardian=person_for(current_actor(), guardianship.guardian_id),
        guardianship=guardianship,
        relations=RELATIONS,
    ), form.status


@blueprint.post("/<uuid:person_id>/guardians/<uuid:guardianship_id>/delete")
@requires(Permission.GUARDIANSHIP_EDIT)
def remove_guardian(person_id: UUID, guardianship_id: UUID) -> ResponseReturnValue:
    student = person_for(current_actor(), person_id)
    guardianship = guardianship_for(student, guardianship_id)
    if Form(Empty).submit(lambda _body: actions.remove_guardian(student, guardianship)):
        flash(_("The guardian has been removed from this student."), "success")
    return redirect(url_for(".show", person_id=person_id))
