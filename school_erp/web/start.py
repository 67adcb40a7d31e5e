"""What each role meets first: the day, and what it holds for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from school_erp.academics.queries import overview as reading
from school_erp.academics.queries.calendar import days_between
from school_erp.academics.queries.timetable import Plan, Wanted, plan
from school_erp.academics.wording import DAY_KINDS
from school_erp.core.access import Actor
from school_erp.core.clock import local_now
from school_erp.schools.models import School
from school_erp.schools.roles import OFFICE, Role

NEXT_DAYS = 7
NOON, EVENING = 12, 18


def start_page(actor: Actor, school: School) -> dict[str, Any]:
    """Everything the start page shows, for all the roles a person has."""
    here = local_now(school.timezone)
    today = here.date()
    parts: dict[str, Any] = {
        "today": today,
        "greeting": greeting(here.hour),
        "day": days_between(today, today)[0],
        "day_kinds": DAY_KINDS,
        "coming": _coming(today),
    }
    if actor.is_any(*OFFICE):
        found = reading.overview(today)
        parts |= {"overview": found, "missing": missing_steps(found)}
    if actor.person_id and actor.is_any(Role.TEACHER, Role.STUDENT):
        role = "teacher" if actor.is_any(Role.TEACHER) else "student"
        parts |= {
            "lessons": _lessons(actor, today),
            "classes": reading.classes_of(actor.person_id, today, role),
        }
    if actor.person_id and actor.is_any(Role.GUARDIAN):
        parts["children"] = _children(actor, today)
    return parts


def greeting(hour: int) -> str:
    if hour < NOON:
        return str(_("Good morning"))
    return str(_("Good afternoon") if hour < EVENING else _("Good evening"))


def missing_steps(found: reading.Overview) -> list[tuple[str, str]]:
    """What stands between a school and its first register: a sentence, and where to go."""
    steps = [
        (not found.years, _("Say when your school year begins and ends."), "sessions_pages.index"),
        (not found.periods, _("Say when the periods of a day begin."), "periods_pages.index"),
        (not found.students, _("Bring in your students and staff."), "people_pages.index"),
        (not found.sections, _("Set up your classes."), "sections_pages.index"),
        (
            found.sections_without_teacher,
            _("Classes without a teacher: %(count)s", count=found.sections_without_teacher),
            "sections_pages.index",
        ),
        (
            found.students_without_homeroom,
            _("Students without a homeroom: %(count)s", count=found.students_without_homeroom),
            "sections_pages.index",
        ),
    ]
    return [(sentence, endpoint) for lacking, sentence, endpoint in steps if lacking]


def _coming(today: date) -> list[Any]:
    """The days of the coming week that are not like the others."""
    week = days_between(today + timedelta(days=1), today + timedelta(days=NEXT_DAYS))
    return [day for day in week if day.kind in {"closure", "half_day", "changed_timing"}]


def _lessons(actor: Actor, today: date) -> list[Any]:
    assert actor.person_id is not None  # noqa: S101 - only people have lessons
    own = frozenset({actor.person_id})
    return _in_order(plan(today, today, Wanted(people=own)), own)


def _children(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Each child with today's lessons, in the same few statements for one child and for six."""
    assert actor.person_id is not None  # noqa: S101 - only people have children
    children = reading.children_of(actor.person_id)
    ids = frozenset(child.id for child in children)
    whole = plan(today, today, Wanted(people=ids))
    homerooms = reading.homerooms_of(ids, today)
    return [
        {
            "person": child,
            "homeroom": homerooms.get(child.id),
            "lessons": _in_order(whole, frozenset({child.id})),
        }
        for child in children
    ]


def _in_order(whole: Plan, people: frozenset[Any]) -> list[Any]:
    lessons = whole.lessons_of(people, whole.days[0])
    return sorted(lessons, key=lambda lesson: (lesson.meeting.slot, lesson.meeting.section_name))
