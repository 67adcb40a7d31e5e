from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.queries.calendar import all_sessions
from school_erp.academics.queries.sections import grades
from school_erp.attendance.access import Permission, sections_with_figures
from school_erp.attendance.figures_schemas import TablePageQuery
from school_erp.attendance.pages.student_page import term_or_usual
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.queries.summaries import lines_of
from school_erp.attendance.queries.tables import By, Table, figures_table, table_page
from school_erp.attendance.rules.figures import percent
from school_erp.attendance.rules.terms import Stretch
from school_erp.attendance.wording import told_percent
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.core.sheets.writing import csv_of
from school_erp.schools.queries import today_here

blueprint = Blueprint("figures_pages", __name__, url_prefix="/attendance/figures")

_KEPT = ("by", "term", "grade", "section_id", "below", "sort")


@blueprint.get("")
@requires(Permission.FIGURES_READ)
def index() -> ResponseReturnValue:
    asked = asked_for(TablePageQuery)
    table, within = _table(asked)
    page, typed = table_page(asked, table), _typed()
    return render_template(
        "attendance/figures.html",
        asked=asked,
        typed=typed,
        page=page,
        whole=table.whole,
        count=len(table.lines),
        within=within,
        sessions=all_sessions(),
        grades=[(grade, grade) for grade in grades()],
        lines=lines_of(settings_shown(current_actor().school_id)),
        percent=told_percent,
        next_url=url_for(".index", **typed, cursor=page.next_cursor) if page.next_cursor else "",
        first_url=url_for(".index", **typed) if "cursor" in asked else "",
    )


@blueprint.get("/export.csv")
@requires(Permission.FIGURES_READ)
def export() -> ResponseReturnValue:
    """All lines of what the page shows a part of."""
    asked = asked_for(TablePageQuery)
    table, within = _table(asked)
    name = f"attendance-{asked['by']}-{within.first}-{within.last}.csv"
    return Response(
        csv_of(_rows(table, By(asked["by"]))),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _table(asked: Mapping[str, Any]) -> tuple[Table, Stretch]:
    actor, today = current_actor(), today_here()
    within = term_or_usual(actor, asked, all_sessions(), today).until(today)
    return figures_table(asked, within, sections_with_figures(actor)), within


def _typed() -> dict[str, Any]:
    return {name: request.args[name] for name in _KEPT if request.args.get(name)}


def _rows(table: Table, by: By) -> Iterator[list[object]]:
    what = {By.SECTION: _("Class"), By.GRADE: _("Grade"), By.STUDENT: _("Student")}[by]
    yield [
        *(what, _("Grade"), _("Sessions"), _("Attended"), _("Attendance in percent")),
        *(_("Missed with leave"), _("Missed without leave"), _("Late"), _("Not possible")),
    ]
    for line in table.lines:
        tally = line.figures.tally
        yield [
            *(line.name, line.grade, tally.possible, tally.attended, percent(tally.attendance)),
            *(tally.authorised, tally.unauthorised, tally.late, tally.not_possible),
        ]
