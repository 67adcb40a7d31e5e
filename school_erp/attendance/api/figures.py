from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.access import (
    Permission,
    section_with_figures_for,
    sections_with_figures,
    student_for,
)
from school_erp.attendance.figures_schemas import (
    SectionSummaryShape,
    StretchQuery,
    StudentSummaryShape,
    TableQuery,
    TableShape,
)
from school_erp.attendance.queries.summaries import (
    MOST_DAYS,
    SectionSummary,
    StudentSummary,
    asked_stretch,
    summary_of_section,
    summary_of_student,
)
from school_erp.attendance.queries.tables import figures_table, table_page
from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint

blueprint = Blueprint(
    "attendance_figures",
    __name__,
    url_prefix="/school/attendance",
    description="Figures, with the marks behind them",
)


@blueprint.get("/students/<uuid:student_id>/summary")
@requires(Permission.SUMMARY_READ)
@blueprint.arguments(StretchQuery, location="query")
@blueprint.response(200, StudentSummaryShape)
def show_student(asked: dict[str, Any], student_id: UUID) -> StudentSummary:
    """For the office, the student's teachers of today, the student, and who answers for them."""
    student = student_for(current_actor(), student_id)
    return summary_of_student(student, asked_stretch(asked))


@blueprint.get("/sections/<uuid:section_id>/summary")
@requires(Permission.FIGURES_READ)
@blueprint.arguments(StretchQuery, location="query")
@blueprint.response(200, SectionSummaryShape)
def show_section(asked: dict[str, Any], section_id: UUID) -> SectionSummary:
    """Of the marks given in the class, and student by student."""
    section = section_with_figures_for(current_actor(), section_id)
    return summary_of_section(section, asked_stretch(asked, MOST_DAYS))


@blueprint.get("/figures")
@requires(Permission.FIGURES_READ)
@blueprint.arguments(TableQuery, location="query")
@blueprint.response(200, TableShape)
def list_figures(asked: dict[str, Any]) -> dict[str, Any]:
    """By class, grade or student; a teacher's of the marks given in her classes of today."""
    within = asked_stretch(asked, MOST_DAYS)
    table = figures_table(asked, within, sections_with_figures(current_actor()))
    page = table_page(asked, table)
    return {
        "within": within,
        "figures": table.whole,
        "items": page.items,
        "next_cursor": page.next_cursor,
    }
