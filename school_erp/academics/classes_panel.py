"""The classes of somebody, on their page."""

from __future__ import annotations

from collections.abc import Sequence

from school_erp.academics.access import sees_whole_school
from school_erp.academics.models import Enrolment
from school_erp.academics.queries.rosters import sections_of_person
from school_erp.core.access import Actor
from school_erp.people.models import Person
from school_erp.people.panels import Panel
from school_erp.schools.queries import today_here


def classes_of(actor: Actor, person: Person) -> Sequence[Enrolment] | None:
    """For the office and oneself; others meet a person where their classes meet."""
    if not (sees_whole_school(actor) or person.id == actor.person_id):
        return None
    return sections_of_person(person.id, today_here()) or None


PANEL = Panel("academics/sections/panel.html", classes_of)
