"""Calls about a student, and whether they are called for first, on the student's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from school_erp.attendance.access import is_student
from school_erp.calling.access import Permission
from school_erp.calling.queries.attempts import AttemptShown, attempts_page, is_called_first
from school_erp.calling.wording import OUTCOMES
from school_erp.core.access import Actor, may
from school_erp.people.models import Person
from school_erp.people.panels import Panel

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StudentCalls:
    first: bool
    attempts: Sequence[AttemptShown]
    outcomes: dict[str, str]


def calls_of(actor: Actor, person: Person) -> StudentCalls | None:
    if not (may(Permission.READ, actor) and is_student(person)):
        return None
    latest = attempts_page(person.id, {"limit": MOST_SHOWN}).items
    return StudentCalls(is_called_first(person.id), latest, OUTCOMES)


PANEL = Panel("calling/panel.html", calls_of)
