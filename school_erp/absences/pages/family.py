"""A parent's: tell the school about an absence, and see what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.absences.access import Permission, own_child_for, teller_of
from school_erp.absences.actions.asking import Asked, ask, refuse_what_cannot_be
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.pages.files import file_chosen
from school_erp.absences.panel import words
from school_erp.absences.queries.days import slot_names
from school_erp.absences.queries.shown import family_page
from school_erp.absences.schemas import FamilyBody
from school_erp.absences.vocabulary import Through
from school_erp.absences.wording import REASONS
from school_erp.academics.queries.overview import children_of
from school_erp.attendance.access import oneself
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import PageQuery
from school_erp.realtime.showing import shown_own_rooms
from school_erp.schools.queries import today_here

blueprint = Blueprint("family_absence_pages", __name__, url_prefix="/absences")


@blueprint.get("/mine")
@requires(Permission.FAMILY)
def mine() -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    asked = asked_for(PageQuery)
    page = family_page(actor, asked)
    return render_template(
        "absences/mine.html",
        rooms=rooms,
        page=page,
        next_url=url_for(".mine", cursor=page.next_cursor) if page.next_cursor else "",
        first_url=url_for(".mine") if "cursor" in asked else "",
        **words(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.FAMILY)
def new() -> ResponseReturnValue:
    children = children_of(oneself(current_actor()))
    chosen = [str(child.id) for child in children] if len(children) == 1 else []
    today = today_here().isoformat()
    form = Form(FamilyBody, {"student_ids": chosen, "starts_on": today, "ends_on": today})
    if request.method == "POST" and form.submit(_ask):
        flash(_("The school has been told."), "success")
        return redirect(url_for(".mine"))
    return render_template(
        "absences/new.html",
        form=form,
        children=children,
        slots=slot_names().items(),
        reasons=REASONS.items(),
    ), form.status


def _ask(body: dict[str, Any]) -> list[AbsenceRequest]:
    """One request for each child, all or none."""
    actor = current_actor()
    asked, teller = Asked.of(body), teller_of(actor, as_parent=True)
    students = [
        own_child_for(actor, student_id) for student_id in dict.fromkeys(body["student_ids"])
    ]
    file = file_chosen()
    for student in students:
        refuse_what_cannot_be(student, asked, teller)
    return [
        ask(student, asked, teller, through=Through.PAGE, asked_by=actor.person_id, file=file)
        for student in students
    ]
