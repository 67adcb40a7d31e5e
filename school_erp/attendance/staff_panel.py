"""How a member of staff attends, on the person's page."""

from __future__ import annotations

from dataclasses import dataclass

from school_erp.attendance.access import sees_every_class
from school_erp.attendance.queries.own_day import OwnDay, own_day
from school_erp.attendance.queries.staff import has_worked_here
from school_erp.attendance.queries.staff_figures import StaffTotal, staff_totals
from school_erp.attendance.rules.ranges import range_of
from school_erp.attendance.wording import told_percent
from school_erp.core.access import Actor
from school_erp.people.models import Person
from school_erp.people.panels import Panel


@dataclass(frozen=True, slots=True)
class StaffMonth:
    total: StaffTotal
    percent: str
    day: OwnDay


def month_of(actor: Actor, person: Person) -> StaffMonth | None:
    """For the office, and for oneself."""
    seen = sees_every_class(actor) or actor.person_id == person.id
    if not (seen and has_worked_here(person.school_id, person.id)):
        return None
    day = own_day(person.school_id, person.id)
    first, last = range_of(None, None, day.date)
    [total] = staff_totals(person.school_id, first, last, person.id)
    return StaffMonth(total, told_percent(total.figures.tally.attendance), day)


PANEL = Panel("attendance/staff_panel.html", month_of)
