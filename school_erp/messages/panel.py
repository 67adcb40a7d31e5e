"""The latest messages about a student, or to an adult, on their page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from school_erp.attendance.access import is_student
from school_erp.core.access import Actor, may
from school_erp.messages.access import Permission
from school_erp.messages.queries.outbox import MessageShown, latest_about
from school_erp.messages.words import words
from school_erp.people.models import Person
from school_erp.people.panels import Panel

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PersonsMessages:
    messages: list[MessageShown]
    by: str
    words: dict[str, Any]


def messages_of(actor: Actor, person: Person) -> PersonsMessages | None:
    if not may(Permission.READ, actor):
        return None
    found = latest_about(person.id, MOST_SHOWN)
    if not found:
        return None
    return PersonsMessages(found, "student_id" if is_student(person) else "guardian_id", words())


PANEL = Panel("messages/panel.html", messages_of)
