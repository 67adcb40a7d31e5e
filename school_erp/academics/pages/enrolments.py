"""Putting people into classes, moving them with a date, and taking them out."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import enrolling
from school_erp.academics.models import Enrolment, Section
from school_erp.academics.pages.ticking import (
    day_in,
    homeroom_in,
    people_to_tick,
    role_in,
    sent,
    words_in,
)
from school_erp.academics.queries import choosing, joining, rosters
from school_erp.academics.schemas.sections import (
    AddingForm,
    AddingQuery,
    EnrolmentDatesForm,
    PlacingForm,
    TransferBody,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import Empty
from school_erp.schools.queries import today_here

blueprint = Blueprint("enrolments_pages", __name__)


@blueprint.route("/sections/<uuid:section_id>/enrol", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_EDIT)
def enrol(section_id: UUID) -> ResponseReturnValue:
    """Search for people, tick them, search for more, and add them all at once."""
    section = one_of(current_actor(), Section, section_id)
    asked = asked_for(AddingQuery)
    begin = enrolling.first_day_in(section)
    form = Form(AddingForm, {"role": "student", "starts_on": begin, **asked})
    if sent(form, lambda body: enrolling.enrol_many(section, body)):
        count = len(form.result)
        flash(ngettext("%(num)s person added.", "%(num)s people added.", count), "success")
        return redirect(url_for("sections_pages.show", section_id=section_id))
    role, first = role_in(form), day_in(form, begin)
    found = joining.candidates(section, role, first, words_in(form), homeroom_in(form))
    told_apart = section.kind == "scheduled" and role == "student"
    page = render_template(
        "academics/sections/enrol.html",
        form=form,
        section=section,
        role=role,
        ticking=people_to_tick(form, found, first if told_apart else None),
        homerooms=choosing.sections_to_choose(first, "homeroom") if told_apart else [],
    )
    return page, form.status


@blueprint.route("/sections/unplaced", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_EDIT)
def unplaced() -> ResponseReturnValue:
    """Students who are in no homeroom, and where to put them."""
    today = today_here()
    form = Form(PlacingForm, asked_for(AddingQuery))
    if sent(form, enrolling.place):
        placed = form.result
        told = ngettext(
            "%(num)s student is now in %(section)s.",
            "%(num)s students are now in %(section)s.",
            placed.count,
            section=placed.section.name,
        )
        flash(told, "success")
        return redirect(url_for(".unplaced"))
    page = render_template(
        "academics/sections/unplaced.html",
        form=form,
        ticking=people_to_tick(form, joining.without_homeroom(today, words_in(form))),
        sections=choosing.sections_to_choose(today, "homeroom"),
    )
    return page, form.status


@blueprint.route("/enrolments/<uuid:enrolment_id>", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_EDIT)
def edit(enrolment_id: UUID) -> ResponseReturnValue:
    enrolment = one_of(current_actor(), Enrolment, enrolment_id)
    form = Form(EnrolmentDatesForm, EnrolmentDatesForm().dump(enrolment))
    if request.method == "POST" and form.submit(
        lambda body: enrolling.change_enrolment(enrolment, body)
    ):
        return _back(enrolment)
    return _page("academics/sections/enrolment.html", enrolment, form), form.status


@blueprint.route("/enrolments/<uuid:enrolment_id>/transfer", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_EDIT)
def transfer(enrolment_id: UUID) -> ResponseReturnValue:
    enrolment = one_of(current_actor(), Enrolment, enrolment_id)
    form = Form(TransferBody, {"starts_on": today_here()})
    if request.method == "POST" and form.submit(lambda body: enrolling.transfer(enrolment, body)):
        return _back(enrolment)
    return _page("academics/sections/transfer.html", enrolment, form), form.status


@blueprint.post("/enrolments/<uuid:enrolment_id>/delete")
@requires(Permission.ENROLMENT_EDIT)
def delete(enrolment_id: UUID) -> ResponseReturnValue:
    enrolment = one_of(current_actor(), Enrolment, enrolment_id)
    section_id = enrolment.section_id
    form = Form(Empty)
    if form.submit(lambda _body: enrolling.remove_enrolment(enrolment)):
        flash(_("Removed."), "success")
    return redirect(url_for("sections_pages.show", section_id=section_id))


def _back(enrolment: Enrolment) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("sections_pages.show", section_id=enrolment.section_id))


def _page(template: str, enrolment: Enrolment, form: Form) -> str:
    return render_template(
        template,
        enrolment=rosters.with_person(enrolment),
        section=one_of(current_actor(), Section, enrolment.section_id),
        form=form,
        sections=choosing.sections_to_choose(today_here()),
    )
