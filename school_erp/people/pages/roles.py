from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.people.access import Permission, person_for, role_grant_for
from school_erp.people.actions import roles as actions
from school_erp.people.pages.people import blueprint
from school_erp.people.schemas import RoleDatesBody, RoleGrantBody
from school_erp.schools.queries import today_here
from school_erp.schools.roles import ROLE_NAMES


@blueprint.route("/<uuid:person_id>/roles/new", methods=["GET", "POST"])
@requires(Permission.ROLE_EDIT)
def new_role(person_id: UUID) -> ResponseReturnValue:
    person = person_for(current_actor(), person_id)
    form = Form(RoleGrantBody, {"starts_on": today_here()})
    if request.method == "POST" and form.submit(lambda body: actions.grant_role(person, body)):
        flash(_("The role has been given."), "success")
        return redirect(url_for(".show", person_id=person_id))
    return render_template(
        "people/new_role.html", form=form, person=person, role_names=ROLE_NAMES
    ), form.status


@blueprint.route("/<uuid:person_id>/roles/<uuid:grant_id>", methods=["GET", "POST"])
@requires(Permission.ROLE_EDIT)
def edit_role(person_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    person = person_for(current_actor(), person_id)
    grant = role_grant_for(person, grant_id)
    form = Form(RoleDatesBody, RoleDatesBody().dump(grant))
    if request.method == "POST" and form.submit(
        lambda body: actions.change_dates(current_actor(), grant, body)
    ):
        flash(_("Saved."), "success")
        return redirect(url_for(".show", person_id=person_id))
    return render_template(
        "people/edit_role.html", form=form, person=person, grant=grant
    ), form.status


@blueprint.post("/<uuid:person_id>/roles/<uuid:grant_id>/delete")
@requires(Permission.ROLE_EDIT)
def withdraw_role(person_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    grant = role_grant_for(person_for(current_actor(), person_id), grant_id)
    form = Form(Empty)
    if form.submit(lambda _body: actions.withdraw_role(current_actor(), grant)):
        flash(_("The role has been taken away."), "success")
        return redirect(url_for(".show", person_id=person_id))
    flash(form.error, "error")
    return redirect(url_for(".edit_role", person_id=person_id, grant_id=grant_id))
