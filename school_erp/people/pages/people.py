from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.core.access import current_actor, may, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.languages import LANGUAGES
from school_erp.core.schemas import Empty
from school_erp.people import rules
from school_erp.people.access import Permission, knows_details, person_for
from school_erp.people.actions import people as actions
from school_erp.people.models import Person
from school_erp.people.panels import panels_for
from school_erp.people.queries import guardianships, people, roles
from school_erp.people.relations import RELATIONS
from school_erp.people.schemas import ContactBody, DirectoryQuery, NewPersonBody, PersonChange
from school_erp.people.wording import CHANNEL_NAMES
from school_erp.schools.queries import own_school, today_here
from school_erp.schools.roles import ROLE_NAMES, Role

blueprint = Blueprint("people_pages", __name__, url_prefix="/people")

SHOWN = {None: {"active": True}, "former": {"active": False}, "all": {}}


@blueprint.context_processor
def _ways() -> dict[str, Any]:
    return {"channel_names": CHANNEL_NAMES, "language_names": LANGUAGES}


@blueprint.app_template_filter("as_dialled")
def as_dialled(phone: str | None) -> str:
    return rules.phone_as_dialled(phone, own_school().region) if phone else ""


@blueprint.get("")
@requires(Permission.DIRECTORY_READ)
def index() -> ResponseReturnValue:
    typed = asked_for(DirectoryQuery)
    asked = {name: value for name, value in typed.items() if name != "show"}
    page = people.people_page(current_actor(), asked | SHOWN[typed.get("show")])
    following = url_for(".index", **(typed | {"cursor": page.next_cursor}))
    return render_template(
        "people/index.html",
        people=page.items,
        asked=typed,
        role_names=ROLE_NAMES,
        next_url=following if page.next_cursor else "",
        first_url=url_for(".index", **(typed | {"cursor": None})) if "cursor" in typed else "",
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT)
def new() -> ResponseReturnValue:
    form = Form(NewPersonBody, {"role": request.args.get("role", "")})
    school_id = current_actor().school_id
    if request.method == "POST" and form.submit(lambda body: actions.add_person(school_id, body)):
        flash(_("%(name)s has been added.", name=form.result.name), "success")
        return redirect(url_for(".show", person_id=form.result.id))
    return render_template("people/new.html", form=form, role_names=ROLE_NAMES), form.status


@blueprint.get("/<uuid:person_id>")
@requires(Permission.PERSON_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    person = person_for(actor, person_id)
    return render_template(
        "people/show.html",
        person=people.seen_by(actor, [person])[0],
        **(_details(person) if knows_details(actor, person.id) else {}),
        panels=list(panels_for(actor, person)),
        today=today_here(),
        relations=RELATIONS,
    )


def _details(person: Person) -> dict[str, Any]:
    actor = current_actor()
    grants = roles.role_grants_of(person)
    return {
        "grants": grants,
        "guardians": guardianships.guardians_of(actor, person),
        "students": guardianships.students_of(actor, person),
        "ever_student": any(grant.role == Role.STUDENT for grant in grants),
    }


@blueprint.route("/<uuid:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.CONTACT_EDIT)
def edit(person_id: UUID) -> ResponseReturnValue:
    """The administrator edits all of a person, the office how they are reached."""
    actor = current_actor()
    person = person_for(actor, person_id)
    schema = PersonChange if may(Permission.PERSON_EDIT) else ContactBody
    values = schema().dump(person)
    form = Form(schema, values | {"phone": as_dialled(person.phone)})
    if request.method == "POST" and form.submit(
        lambda body: actions.change_person(actor, person, body)
    ):
        flash(_("Saved."), "success")
        return redirect(url_for(".show", person_id=person_id))
    return render_template("people/edit.html", form=form, person=person), form.status


@blueprint.post("/<uuid:person_id>/delete")
@requires(Permission.PERSON_EDIT)
def delete(person_id: UUID) -> ResponseReturnValue:
    person = person_for(current_actor(), person_id)
    name = person.name
    form = Form(Empty)
    if form.submit(lambda _body: actions.delete_person(current_actor(), person)):
        flash(_("%(name)s has been deleted.", name=name), "success")
        return redirect(url_for(".index"))
    flash(form.error, "error")
    return redirect(url_for(".edit", person_id=person_id))
