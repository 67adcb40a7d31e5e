from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from school_erp.attendance.access import Permission, employee_for
from school_erp.attendance.pages.staff_day import StaffDayPage, staff_day_page
from school_erp.attendance.pages.staff_person import person_page
from school_erp.attendance.pages.staff_saving import StaffSaved, save_staff_day
from school_erp.attendance.pages.words import status_words, told_counts
from school_erp.attendance.queries.staff_figures import staff_totals
from school_erp.attendance.rules.ranges import range_of
from school_erp.attendance.staff_schemas import StaffPageQuery, StaffRangeQuery
from school_erp.attendance.wording import told_percent
from school_erp.core.access import current_actor, may, requires
from school_erp.core.forms import asked_for
from school_erp.schools.queries import today_here

blueprint = Blueprint("staff_pages", __name__, url_prefix="/attendance/staff")


@blueprint.get("")
@requires(Permission.STAFF_MARK)
def index() -> ResponseReturnValue:
    return _rendered(staff_day_page(current_actor(), asked_for(StaffPageQuery)))


@blueprint.post("")
@requires(Permission.STAFF_MARK)
def save() -> ResponseReturnValue:
    """Store what was touched, as far as it may be; the rest comes back with its reasons."""
    actor, asked = current_actor(), asked_for(StaffPageQuery)
    page = staff_day_page(actor, asked)
    saved = save_staff_day(actor, page, request.form)
    if saved.status != 200:
        return _rendered(staff_day_page(actor, asked, saved.left), saved), saved.status
    if saved.stored:
        flash(ngettext("%(num)s mark saved.", "%(num)s marks saved.", saved.stored), "success")
    return redirect(url_for(".index", **page.address))


@blueprint.get("/report")
@requires(Permission.STAFF_MARK)
def report() -> ResponseReturnValue:
    asked = asked_for(StaffRangeQuery)
    first, last = range_of(asked.get("from_"), asked.get("to"), today_here())
    totals = staff_totals(current_actor().school_id, first, last)
    return render_template(
        "attendance/staff_report.html",
        totals=totals,
        first=first,
        last=last,
        told_percent=told_percent,
    )


@blueprint.get("/<uuid:staff_id>")
@requires(Permission.STAFF_READ)
def show(staff_id: UUID) -> ResponseReturnValue:
    page = person_page(employee_for(current_actor(), staff_id), asked_for(StaffRangeQuery))
    audited = may(Permission.AUDIT_READ)
    return render_template(
        "attendance/staff_person.html",
        page=page,
        own=None,
        audited=audited,
        status_words=status_words(),
        told_percent=told_percent,
    )


def _rendered(page: StaffDayPage, saved: StaffSaved | None = None) -> str:
    words: dict[str, Any] = {"status_words": status_words(), "told_counts": told_counts}
    return render_template(
        "attendance/staff_day.html", page=page, saved=saved or StaffSaved(), **words
    )
