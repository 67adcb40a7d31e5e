"""Who stands in for a class on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.academics.access import named
from school_erp.academics.actions.dates import lasts
from school_erp.academics.actions.taking_turns import one_at_a_time
from school_erp.academics.errors import Overlap
from school_erp.academics.happenings import CoverGiven, Covering, CoverWithdrawn
from school_erp.academics.models import Cover, Section
from school_erp.academics.queries import covers as queries
from school_erp.academics.queries import slots
from school_erp.academics.queries.calendar import days_between, period_in
from school_erp.academics.queries.joining import holders_between
from school_erp.academics.queries.slots import ClashWarning
from school_erp.academics.queries.timetable import Wanted, plan
from school_erp.academics.rules.spans import holds_on
from school_erp.core.errors import invalid
from school_erp.core.happenings import tell
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.schools.roles import EMPLOYED


@dataclass(frozen=True, slots=True)
class Covered:
    cover: Cover
    warnings: Sequence[ClashWarning]


def add_cover(body: dict[str, Any]) -> Covered:
    cover = Cover(school_id=current_school_id(), id=new_id(), **body)
    arranged = _arranged(cover)
    tell(CoverGiven(Covering.of(cover)))
    return arranged


def change_cover(cover: Cover, changes: dict[str, Any]) -> Covered:
    before = Covering.of(cover)
    for name, value in changes.items():
        setattr(cover, name, value)
    arranged = _arranged(cover)
    after = Covering.of(cover)
    if before.person_id != after.person_id:
        tell(CoverWithdrawn(before))
    if before != after:
        tell(CoverGiven(after))
    return arranged


def remove_cover(cover: Cover) -> None:
    covering = Covering.of(cover)
    db.session.delete(cover)
    db.session.flush()
    tell(CoverWithdrawn(covering))


def _arranged(cover: Cover) -> Covered:
    one_at_a_time("covers")
    section = named(Section, cover.section_id, "section_id")
    person = named(Person, cover.person_id, "person_id")
    _check_time(cover, section)
    _check_person(cover, person)
    db.session.add(cover)
    db.session.flush()
    return Covered(cover, _busy_elsewhere(cover, person))


def _check_time(cover: Cover, section: Section) -> None:
    session = slots.session_of(section)
    day = days_between(cover.date, cover.date)[0]
    if not holds_on(session, cover.date):
        raise invalid("date", lasts(session))
    if not day.is_school_day:
        raise invalid("date", _("There is no school on that day."))
    if cover.slot is not None:
        _check_slot(cover, section, cover.slot)


def _check_slot(cover: Cover, section: Section, slot: int) -> None:
    if period_in(slot) is None:
        raise invalid("slot", _("There is no such period."))
    day_plan = plan(cover.date, cover.date, Wanted(section_id=section.id))
    if all(lesson.meeting.slot != slot for lesson in day_plan.lessons(day_plan.days[0])):
        told = _("%(name)s has no lesson in that period on that day.", name=section.name)
        raise invalid("slot", told)


def _check_person(cover: Cover, person: Person) -> None:
    employed = holders_between([person.id], EMPLOYED, cover.date, cover.date)
    if not person.active or not employed:
        told = _("%(name)s does not work at the school then.", name=person.name)
        raise invalid("person_id", told)
    if queries.other_covers(cover):
        told = _("%(name)s covers this class then already.", name=person.name)
        raise Overlap(fields={"person_id": [told]})


def _busy_elsewhere(cover: Cover, person: Person) -> list[ClashWarning]:
    """Their own lessons, and classes they cover, at the same time."""
    day_plan = plan(cover.date, cover.date, Wanted(people=frozenset([person.id])))
    lessons = day_plan.lessons_of([person.id], day_plan.days[0])
    here = {
        lesson.meeting.slot for lesson in lessons if lesson.meeting.section_id == cover.section_id
    }
    wanted = here if cover.slot is None else {cover.slot}
    return [
        ClashWarning(
            "teacher",
            _(
                "%(name)s also has %(class_)s then.",
                name=person.name,
                class_=lesson.meeting.section_name,
            ),
            lesson.meeting.section_id,
            person.id,
        )
        for lesson in lessons
        if lesson.meeting.section_id != cover.section_id and lesson.meeting.slot in wanted
    ]
