from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.access import Permission, one_of, sections_of
from school_erp.academics.actions import sections as actions
from school_erp.academics.models import Section
from school_erp.academics.openable import openable_sections
from school_erp.academics.pages.class_page import class_page
from school_erp.academics.queries import calendar, choosing
from school_erp.academics.queries import sections as queries
from school_erp.academics.queries.sections import SectionFilter
from school_erp.academics.schemas.sections import SectionBody, SectionChange, SectionsQuery
from school_erp.academics.wording import SECTION_KINDS, SESSION_KINDS
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.paging import MOST
from school_erp.core.schemas import Empty
from school_erp.schools.queries import today_here

blueprint = Blueprint("sections_pages", __name__, url_prefix="/sections")


@blueprint.get("")
@requires(Permission.SECTION_READ)
def index() -> ResponseReturnValue:
    typed = asked_for(SectionsQuery)
    cursor, limit, today = typed.get("cursor"), typed.get("limit", MOST), today_here()
    filters = {name: value for name, value in typed.items() if name not in {"cursor", "limit"}}
    within = sections_of(current_actor(), today)
    page = queries.sections_page(
        SectionFilter(**({"active": True} | filters)), today, cursor, limit, within
    )
    return render_template(
        "academics/sections/index.html",
        classes=page.items,
        openable=openable_sections(current_actor(), [each.section.id for each in page.items]),
        asked=typed,
        grades=[(grade, grade) for grade in queries.grades()],
        kinds=SECTION_KINDS,
        next_url=url_for(".index", **(typed | {"cursor": page.next_cursor}))
        if page.next_cursor
        else "",
    )


@blueprint.get("/<uuid:section_id>")
@requires(Permission.ROSTER_READ)
def show(section_id: UUID) -> ResponseReturnValue:
    page = class_page(current_actor(), section_id)
    return render_template("academics/sections/show.html", **page)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.STRUCTURE_EDIT)
def new() -> ResponseReturnValue:
    form = Form(SectionBody, {"kind": "homeroom"})
    if request.method == "POST" and form.submit(actions.add_section):
        flash(_("Saved."), "success")
        return redirect(url_for(".show", section_id=form.result.id))
    return render_template("academics/sections/form.html", form=form, **_choices()), form.status


@blueprint.route("/<uuid:section_id>/edit", methods=["GET", "POST"])
@requires(Permission.STRUCTURE_EDIT)
def edit(section_id: UUID) -> ResponseReturnValue:
    section = one_of(current_actor(), Section, section_id)
    form = Form(SectionChange, SectionChange().dump(section))
    if request.method == "POST" and form.submit(lambda body: actions.change_section(section, body)):
        flash(_("Saved."), "success")
        return redirect(url_for(".show", section_id=section_id))
    page = render_template("academics/sections/form.html", form=form, section=section, **_choices())
    return page, form.status


@blueprint.post("/<uuid:section_id>/delete")
@requires(Permission.STRUCTURE_EDIT)
def delete(section_id: UUID) -> ResponseReturnValue:
    section = one_of(current_actor(), Section, section_id)
    form = Form(Empty)
    if form.submit(lambda _body: actions.remove_section(section)):
        flash(_("Removed."), "success")
        return redirect(url_for(".index"))
    flash(form.error, "error")
    return redirect(url_for(".edit", section_id=section_id))


def _choices() -> Mapping[str, Any]:
    return {
        "kinds": list(SECTION_KINDS.items()),
        "sessions": [
            (str(session.id), f"{session.name} ({SESSION_KINDS[session.kind]})")
            for session in calendar.all_sessions()
        ],
        "courses": choosing.courses_to_choose(),
    }
