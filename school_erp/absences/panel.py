"""What the school was told of a student's absences, on the student's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from school_erp.absences.access import Permission, answers_for, in_office
from school_erp.absences.queries.days import slot_names
from school_erp.absences.queries.shown import AbsenceShown, latest_of, shown_to
from school_erp.absences.wording import REASONS, STATES, told_days, told_slots
from school_erp.attendance.access import is_student
from school_erp.core.access import Actor, may
from school_erp.people.models import Person
from school_erp.people.panels import Panel

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StudentAbsences:
    absences: list[AbsenceShown]
    words: dict[str, Any]


def absences_of(actor: Actor, person: Person) -> StudentAbsences | None:
    if not (may(Permission.READ, actor) and is_student(person)):
        return None
    if not (in_office(actor) or answers_for(actor, person.id)):
        return None
    return StudentAbsences(shown_to(actor, latest_of(person.id, MOST_SHOWN)), words())


def words() -> dict[str, Any]:
    """What the templates of requests need to put them into words."""
    return {
        "reasons": REASONS,
        "states": STATES,
        "told_days": told_days,
        "told_slots": told_slots,
        "slot_names": slot_names(),
    }


PANEL = Panel("absences/panel.html", absences_of)
