from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from babel.dates import get_day_names
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from school_erp.academics.queries.overview import children_of
from school_erp.academics.wording import DAY_KINDS, WEEKDAYS
from school_erp.attendance.access import Permission, oneself, student_for, students_of_family
from school_erp.attendance.figures_schemas import TermQuery
from school_erp.attendance.pages.student_page import student_page
from school_erp.attendance.pages.words import status_words
from school_erp.attendance.queries.summaries import asked_stretch, figures_of_people
from school_erp.attendance.wording import told_percent, told_standing
from school_erp.core.access import Actor, current_actor, may, requires
from school_erp.core.forms import asked_for
from school_erp.people.models import Person
from school_erp.realtime.showing import shown_own_rooms
from school_erp.schools.roles import Role

blueprint = Blueprint("student_attendance_pages", __name__, url_prefix="/attendance")


@blueprint.get("/students/<uuid:student_id>")
@requires(Permission.SUMMARY_READ)
def show(student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    typed = {"term": request.args["term"]} if "term" in request.args else {}
    page = student_page(actor, student_for(actor, student_id), asked_for(TermQuery))
    return render_template(
        "attendance/student.html",
        page=page,
        rooms=rooms,
        own_children=_children_to_choose(actor),
        typed=typed,
        percent=told_percent,
        told_standing=told_standing,
        status_words=status_words(),
        day_kinds=DAY_KINDS,
        weekday_names=WEEKDAYS,
        weekdays_in_short=_weekdays_in_short(),
        tells_remarks=may(Permission.REGISTER_READ),
    )


def _children_to_choose(actor: Actor) -> Sequence[Person]:
    """For a parent of several, all of them; nobody, where there is nobody to go to."""
    if not actor.is_any(Role.GUARDIAN):
        return []
    children = children_of(oneself(actor))
    return children if len(children) > 1 else []


def _weekdays_in_short() -> dict[int, str]:
    names = get_day_names("short", locale=get_locale())
    return {number: names[number - 1] for number in WEEKDAYS}


@blueprint.get("/mine")
@requires(Permission.FAMILY_READ)
def mine() -> ResponseReturnValue:
    """One's own, or one's child's; where there are several, which of them."""
    rooms = shown_own_rooms(current_actor())
    students = students_of_family(current_actor())
    if len(students) == 1:
        return redirect(url_for(".show", student_id=students[0]))
    found = figures_of_people(students, asked_stretch({}))
    return render_template(
        "attendance/family.html", students=found, rooms=rooms, percent=told_percent
    )
