"""The office's list of families to ring today, and one child's contacts, calls and outcomes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.absences.queries.days import slot_names
from school_erp.attendance.access import marker_of, student_for
from school_erp.calling.access import Permission, caller_of
from school_erp.calling.actions.ringing import Said, call_first, claim_family, note_call, release
from school_erp.calling.queries.attempts import attempts_page
from school_erp.calling.queries.lines import calling_list, counts_by_turn, of_one_family
from school_erp.calling.schemas import CallBody, FirstBody
from school_erp.calling.vocabulary import Outcome
from school_erp.calling.wording import OUTCOMES, TURNS
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.people.models import Person
from school_erp.people.relations import RELATIONS
from school_erp.realtime.showing import shown_own_rooms
from school_erp.schools.queries import today_here

blueprint = Blueprint("calling_pages", __name__, url_prefix="/calling")

LATEST = 20


@blueprint.get("")
@requires(Permission.READ)
def index() -> ResponseReturnValue:
    rooms = shown_own_rooms(current_actor())
    today = today_here()
    lines = calling_list(today)
    return render_template(
        "calling/index.html",
        rooms=rooms,
        today=today,
        lines=lines,
        counts=counts_by_turn(lines),
        **_words(),
    )


@blueprint.get("/<uuid:student_id>")
@requires(Permission.READ)
def show(student_id: UUID) -> ResponseReturnValue:
    return _page(student_for(current_actor(), student_id), Form(CallBody))


@blueprint.post("/<uuid:student_id>")
@requires(Permission.CALL)
def note(student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    student = student_for(actor, student_id)
    form = Form(CallBody)
    if not form.submit(lambda body: note_call(student, Said.of(body), caller_of(actor))):
        return _page(student, form)
    [attempt, *_others] = form.result
    flash(_("Written down."), "success")
    if attempt.outcome == Outcome.AWARE:
        rang = {"student_id": student.id, "guardian_id": attempt.guardian_id}
        return redirect(url_for("phone_absence_pages.enter", **rang))
    return redirect(url_for(".index"))


@blueprint.post("/<uuid:student_id>/claim")
@requires(Permission.CALL)
def claim(student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    student = student_for(actor, student_id)
    form = Form(Empty)
    if not form.submit(lambda _body: claim_family(student, caller_of(actor))):
        flash(form.error, "warning")
        return redirect(url_for(".index"))
    return redirect(url_for(".show", student_id=student.id))


@blueprint.post("/<uuid:student_id>/release")
@requires(Permission.CALL)
def let_others(student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    student_for(actor, student_id)
    release(caller_of(actor))
    return redirect(url_for(".index"))


@blueprint.post("/<uuid:student_id>/first")
@requires(Permission.CALL)
def first(student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    student = student_for(actor, student_id)
    marker = marker_of(actor)
    form = Form(FirstBody)
    form.submit(lambda body: call_first(student, marker, first=body["first"]))
    flash(_("Saved."), "success")
    return redirect(url_for("people_pages.show", person_id=student.id))


def _page(student: Person, form: Form) -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    family = of_one_family(student.id, calling_list(today_here()))
    own = family[0] if family else None
    return render_template(
        "calling/show.html",
        rooms=rooms,
        form=form,
        student=student,
        line=own,
        siblings=family[1:],
        mine=bool(own and own.claim and own.claim.caller_id == actor.id),
        attempts=attempts_page(student.id, {"limit": LATEST}).items,
        **_words(),
    ), form.status


def _words() -> dict[str, Any]:
    return {
        "outcomes": OUTCOMES,
        "turns": TURNS,
        "relations": RELATIONS,
        "slot_names": slot_names(),
    }
