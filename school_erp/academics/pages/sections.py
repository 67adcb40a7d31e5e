from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.access import (
    Permission,
    one_of,
    sections_of,
    sections_taught,
    sees_whole_school,
)
from school_erp.academics.actions import sections as actions
from school_erp.academics.models import Section
from school_erp.academics.openable import openable_sections
from school_erp.academics.pages.class_page import class_page
from school_erp.academics.queries import calendar, choosing
from school_erp.academics.queries import sections as queries
from school_erp.academics.queries.sections import SectionFilter
from school_erp.academics.schemas.sections import SectionBody, SectionChange, SectionsPageQuery
from school_erp.academics.wording import SECTION_KINDS, SESSION_KINDS
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import Empty
from school_erp.schools.queries import today_here
from school_erp.schools.roles import Role

blueprint = Blueprint("sections_pages", __name__, url_prefix="/sections")


@blueprint.get("")
@requires(Permission.SECTION_READ)
def index() -> ResponseReturnValue:
    actor, today = current_actor(), today_here()
    typed = asked_for(SectionsPageQuery)
    own_only = typed.get("whose", _usually(actor)) == "own"
    page = queries.sections_page(
        _filter(typed),
        today,
        typed.get("cursor"),
        typed["limit"],
        sections_taught(actor, today) if own_only else sections_of(actor, today),
    )
    return render_template(
        "academics/sections/index.html",
        classes=page.items,
        openable=openable_sections(actor, [each.section.id for each in page.items]),
        asked=typed,
        own_only=own_only,
        grades=[(grade, grade) for grade in queries.grades()],
        kinds=SECTION_KINDS,
        next_url=url_for(".index", **(typed | {"cursor": page.next_cursor}))
        if page.next_cursor
        else "",
    )


def _usually(actor: Actor) -> str:
    """Teachers look for their own classes, the office for any, also where it teaches."""
    return "own" if actor.is_any(Role.TEACHER) and not sees_whole_school(actor) else "all"


def _filter(typed: Mapping[str, Any]) -> SectionFilter:
    """Those that take place, where nothing else is asked for."""
    beside = {"cursor", "limit", "whose"}
    wanted = {name: value for name, value in typed.items() if name not in beside}
    return SectionFilter(**({"active": True} | wanted))


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
