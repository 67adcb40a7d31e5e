"""The classes of somebody, on their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from school_erp.academics.access import is_family, sees_whole_school
from school_erp.academics.models import Enrolment
from school_erp.academics.openable import openable_sections
from school_erp.academics.queries.rosters import sections_of_person
from school_erp.core.access import Actor
from school_erp.people.models import Person
from school_erp.people.panels import Panel
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class Classes:
    held: Sequence[Enrolment]
    openable: set[UUID]


def classes_of(actor: Actor, person: Person) -> Classes | None:
    """For the office and the family; others meet a person where their classes meet."""
    if not (sees_whole_school(actor) or is_family(actor, person.id)):
        return None
    held = sections_of_person(person.id, today_here())
    if not held:
        return None
    return Classes(held, openable_sections(actor, [each.section_id for each in held]))


PANEL = Panel("academics/sections/panel.html", classes_of)
