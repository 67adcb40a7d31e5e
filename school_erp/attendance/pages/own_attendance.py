from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import Permission, oneself, self_marker_of
from school_erp.attendance.actions.checking_in import check_in, check_out
from school_erp.attendance.errors import NoSelfCheckIn
from school_erp.attendance.marking import Marker
from school_erp.attendance.pages.staff_person import person_page
from school_erp.attendance.pages.words import status_words
from school_erp.attendance.queries.own_day import own_day
from school_erp.attendance.staff import StaffAnswer
from school_erp.attendance.staff_schemas import StaffRangeQuery
from school_erp.attendance.vocabulary import Outcome
from school_erp.attendance.wording import told_percent
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.core.returning import safe_next

blueprint = Blueprint("own_attendance_pages", __name__, url_prefix="/attendance/staff/me")


@blueprint.get("")
@requires(Permission.STAFF_READ)
def show() -> ResponseReturnValue:
    actor = current_actor()
    person_id = oneself(actor)
    page = person_page(person_id, asked_for(StaffRangeQuery))
    own = own_day(actor.school_id, person_id)
    return render_template(
        "attendance/staff_person.html",
        page=page,
        own=own,
        status_words=status_words(),
        told_percent=told_percent,
    )


@blueprint.post("/check-in")
@requires(Permission.STAFF_CHECK_IN)
def arrive() -> ResponseReturnValue:
    return _noted(check_in, _("You are checked in."))


@blueprint.post("/check-out")
@requires(Permission.STAFF_CHECK_IN)
def leave() -> ResponseReturnValue:
    return _noted(check_out, _("You are checked out."))


def _noted(act: Callable[[UUID, UUID, Marker], StaffAnswer], done: str) -> ResponseReturnValue:
    actor = current_actor()
    try:
        answer = act(actor.school_id, oneself(actor), self_marker_of(actor))
    except NoSelfCheckIn as refusal:
        flash(str(refusal.message), "error")
    else:
        _tell(answer, done)
    return redirect(safe_next(request.form.get("next"), url_for(".show")))


def _tell(answer: StaffAnswer, done: str) -> None:
    if answer.error:
        flash(answer.error.message, "error")
    elif answer.outcome is Outcome.KEPT:
        flash(_("The office noted that you are away today. Ask the office to change it."), "error")
    else:
        flash(done, "success")
