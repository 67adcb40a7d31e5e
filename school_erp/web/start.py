"""What each role meets first: the day, and what it holds for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from school_erp.absences.queries.shown import counts_by_state
from school_erp.absences.vocabulary import State
from school_erp.academics.models import Cover
from school_erp.academics.queries import overview as reading
from school_erp.academics.queries.calendar import days_between
from school_erp.academics.queries.covers import covers_on
from school_erp.academics.queries.timetable import Lesson, Plan, Wanted, plan
from school_erp.academics.rules.calendar import Day
from school_erp.academics.wording import DAY_KINDS
from school_erp.attendance import day as registers
from school_erp.attendance.access import Permission as Attendance
from school_erp.attendance.errors import NotSetUp
from school_erp.attendance.queries.day_of_students import marks_on
from school_erp.attendance.queries.own_day import OwnDay, own_day
from school_erp.attendance.queries.settings import mode_chosen
from school_erp.calling.queries.absentees import unexplained_on
from school_erp.core.access import Actor, may
from school_erp.core.clock import local_now
from school_erp.live.access import Permission as Live
from school_erp.live.own import own_sessions
from school_erp.people.access import Permission as People
from school_erp.schools.models import School
from school_erp.schools.roles import OFFICE, Role
from school_erp.web.setting_up import lacking_steps

NEXT_DAYS = 7
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class Course:
    """Somebody's day at school: the lessons in their order, and the one that is now or next."""

    lessons: Sequence[Lesson]
    next: Lesson | None
    covers: Sequence[Cover] = ()


def start_page(actor: Actor, school: School) -> dict[str, Any]:
    """Everything the start page shows, for all the roles a person has."""
    here = local_now(school.timezone)
    today = here.date()
    day, *later = days_between(today, today + timedelta(days=NEXT_DAYS))
    parts: dict[str, Any] = {
        "today": today,
        "now": here.time(),
        "greeting": greeting(here.hour),
        "day": day,
        "day_kinds": DAY_KINDS,
        "coming": _out_of_the_ordinary(later),
        "seeks_colleagues": may(People.DIRECTORY_READ, actor) and not actor.is_any(*OFFICE),
    }
    if may(Attendance.REGISTER_READ, actor):
        parts["registers"] = _registers(actor)
    if actor.is_any(*OFFICE):
        parts |= _office(actor, today)
    if actor.person_id:
        parts["own_day"] = _own_day(actor.person_id, actor)
        if may(Live.ATTEND, actor):
            parts["live_sessions"] = own_sessions(actor.school_id, actor.person_id)
        parts |= _own(actor.person_id, actor, here) | _family(actor.person_id, actor, here)
    return parts


def greeting(hour: int) -> str:
    if hour < NOON:
        return str(_("Good morning"))
    return str(_("Good afternoon") if hour < EVENING else _("Good evening"))


def _out_of_the_ordinary(days: Sequence[Day]) -> list[Day]:
    return [day for day in days if day.kind in {"closure", "half_day", "changed_timing"}]


def _registers(actor: Actor) -> registers.Day | None:
    """Nothing where the school has not said yet how it takes attendance."""
    try:
        return registers.day_for(actor, {})
    except NotSetUp:
        return None


def _own_day(person_id: UUID, actor: Actor) -> OwnDay | None:
    """For those who note themselves that they are there."""
    if not may(Attendance.STAFF_CHECK_IN, actor):
        return None
    day = own_day(actor.school_id, person_id)
    return day if day.by_themselves else None


def _office(actor: Actor, today: date) -> dict[str, Any]:
    found = reading.overview(today)
    return {
        "overview": found,
        "covers_today": covers_on(today),
        "absences_waiting": counts_by_state().get(State.PENDING, 0),
        "unexplained": len(unexplained_on(today)),
        "missing": lacking_steps(actor, found, mode_chosen(actor.school_id)),
    }


def _own(person_id: UUID, actor: Actor, here: datetime) -> dict[str, Any]:
    if not actor.is_any(Role.TEACHER, Role.STAFF, Role.STUDENT):
        return {}
    today, own = here.date(), frozenset({person_id})
    whole = plan(today, today, Wanted(people=own))
    course = _course(whole, own, here.time(), whole.covers_of(person_id, today))
    if not (course.lessons or course.covers or actor.is_any(Role.TEACHER, Role.STUDENT)):
        return {}
    learns = actor.is_any(Role.STUDENT)
    return {
        "own": course,
        "own_marks": marks_on(today, own).get(person_id) if learns else None,
        "classes": reading.classes_of(person_id, today, "student" if learns else "teacher"),
    }


def _family(person_id: UUID, actor: Actor, here: datetime) -> dict[str, Any]:
    """Each child's day, in the same few statements for one child and for six."""
    if not actor.is_any(Role.GUARDIAN):
        return {}
    today = here.date()
    children = reading.children_of(person_id)
    ids = frozenset(child.id for child in children)
    whole = plan(today, today, Wanted(people=ids))
    homerooms, marks = reading.homerooms_of(ids, today), marks_on(today, ids)
    return {
        "children": [
            {
                "person": child,
                "homeroom": homerooms.get(child.id),
                "marks": marks.get(child.id),
                "course": _course(whole, frozenset({child.id}), here.time()),
            }
            for child in children
        ]
    }


def _course(
    whole: Plan, people: frozenset[UUID], now: time, covers: Sequence[Cover] = ()
) -> Course:
    lessons = sorted(
        whole.lessons_of(people, whole.days[0]),
        key=lambda lesson: (lesson.meeting.slot, lesson.meeting.section_name),
    )
    ahead = (each for each in lessons if each.period and each.period.ends_at > now)
    return Course(lessons, next(ahead, None), covers)
