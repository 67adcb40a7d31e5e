"""How much of school a student was at, on the student's page."""

from __future__ import annotations

from dataclasses import dataclass

from school_erp.attendance.access import is_student
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.queries.summaries import (
    Figures,
    asked_stretch,
    figures_of_people,
    lines_of,
)
from school_erp.attendance.rules.terms import Stretch
from school_erp.attendance.wording import told_percent, told_standing
from school_erp.core.access import Actor
from school_erp.people.models import Person
from school_erp.people.panels import Panel


@dataclass(frozen=True, slots=True)
class StudentFigures:
    figures: Figures
    within: Stretch
    percent: str
    standing: str


def figures_of(actor: Actor, person: Person) -> StudentFigures | None:  # noqa: ARG001 - a panel's
    """Whoever may open a student's page may see how the student attends."""
    if not is_student(person):
        return None
    within = asked_stretch({})
    [line] = figures_of_people([person.id], within)
    figures = line.figures
    return StudentFigures(
        figures,
        within,
        told_percent(figures.tally.attendance),
        told_standing(figures.standing, lines_of(settings_shown(person.school_id))),
    )


PANEL = Panel("attendance/student_panel.html", figures_of)
