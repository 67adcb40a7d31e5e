"""Seven days a week without a clash: no teacher is in two places, and no class either."""

from __future__ import annotations

import datetime as dt
import itertools
from uuid import UUID

from school_erp.academics.models import Period
from school_erp.cli.demo.classes import DAYS, Classes
from school_erp.cli.demo.draft import Draft
from school_erp.cli.demo.plans import Homeroom, Kind, Plan
from school_erp.cli.demo.population import Population, Pupil

# homerooms that share teachers and take turns at them
BAND = 12

_PRIMARY_DAY = ["09:00-10:00", "10:00-10:50", "11:10-12:10", "13:10-14:10", "14:15-15:15"]
# each subject with how far its turn is shifted; 35 slots a week, so no two shifts meet
_SPECIALISTS = {"Physical Education": (0, 17), "Music": (12, 29), "French": (6, 23)}

_REGISTRATION = "08:40-09:00"
_LESSONS = ["09:00-09:50", "09:55-10:45", "11:05-11:55", "12:00-12:50", "13:40-14:30"]
_LESSONS += ["14:35-15:25"]
# a homeroom moves one lane on each lesson; a subject in two lanes has two teachers, half a
# band each, and the lanes are half a band apart
_LANES = ["Mathematics", "English", "Science", "History", "Languages", "Art"]
_LANES += ["Mathematics", "English", "Science", "Geography", "Computing", "Physical Education"]
# in B weeks the art lesson is drama
_IN_B_WEEKS = {"Art": "Drama"}
_POSTS = [
    *((subject, _LANES[:lane].count(subject)) for lane, subject in enumerate(_LANES)),
    *((subject, 0) for subject in _IN_B_WEEKS.values()),
]


def teachers_needed(plan: Plan) -> int:
    """One for each post, and one to cover."""
    if plan.kind == Kind.PRIMARY:
        return len(plan.homerooms) + len(_SPECIALISTS) + 1
    return _bands(plan) * len(_POSTS) + 1


def set_up_day(draft: Draft, plan: Plan) -> None:
    if plan.kind == Kind.PRIMARY:
        _add_periods(draft, [(f"Lesson {n}", it) for n, it in enumerate(_PRIMARY_DAY, 1)])
    else:
        lessons = [(f"Lesson {n}", it) for n, it in enumerate(_LESSONS, 1)]
        _add_periods(draft, [("Registration", _REGISTRATION), *lessons])


def _add_periods(draft: Draft, day: list[tuple[str, str]]) -> None:
    for slot, (name, times) in enumerate(day, start=1):
        starts_at, ends_at = map(dt.time.fromisoformat, times.split("-"))
        draft.add(Period, slot=slot, name=name, starts_at=starts_at, ends_at=ends_at)


def set_up_classes(classes: Classes, plan: Plan, population: Population) -> None:
    set_up = _primary if plan.kind == Kind.PRIMARY else _secondary
    set_up(classes, plan, population)


def _primary(classes: Classes, plan: Plan, population: Population) -> None:
    """The class teacher has every lesson but those of the specialists."""
    specialists = population.teachers[len(plan.homerooms) :]
    week = [(day, slot) for day in DAYS for slot in range(1, len(_PRIMARY_DAY) + 1)]
    for place, homeroom in enumerate(plan.homerooms):
        pupils = population.pupils[homeroom.name]
        own = classes.homeroom(homeroom, pupils, population.teachers[place])
        taken: dict[tuple[int, int], UUID] = {}
        for (subject, shifts), teacher in zip(_SPECIALISTS.items(), specialists, strict=False):
            section_id = classes.taught(subject, homeroom, pupils, teacher)
            taken |= {week[(place + shift) % len(week)]: section_id for shift in shifts}
        for day, slot in week:
            classes.meet(taken.get((day, slot), own), day, slot, homeroom.room, "every")


def _secondary(classes: Classes, plan: Plan, population: Population) -> None:
    posts = len(_POSTS)
    for number in range(_bands(plan)):
        band = _Band(classes, number, population.teachers[number * posts : (number + 1) * posts])
        for place, homeroom in enumerate(plan.homerooms[number * BAND : (number + 1) * BAND]):
            band.add(place, homeroom, population.pupils[homeroom.name])


class _Band:
    def __init__(self, classes: Classes, number: int, teachers: list[UUID]) -> None:
        self._classes, self._number, self._teachers = classes, number, teachers

    def add(self, place: int, homeroom: Homeroom, pupils: list[Pupil]) -> None:
        own = self._classes.homeroom(homeroom, pupils, self._teachers[place])
        sections = {
            subject: self._classes.taught(subject, homeroom, pupils, self._teacher(subject, place))
            for subject in dict.fromkeys(subject for subject, _ in _POSTS)
        }
        lessons = itertools.count(place)
        for day in DAYS:
            self._classes.meet(own, day, 1, homeroom.room, "every")
            for slot in range(2, len(_LESSONS) + 2):
                self._meet(sections, day, slot, next(lessons) % len(_LANES))

    def _meet(self, sections: dict[str, UUID], day: int, slot: int, lane: int) -> None:
        subject = _LANES[lane]
        room = f"{subject} {2 * self._number + lane // 6 + 1}"
        other = _IN_B_WEEKS.get(subject)
        self._classes.meet(sections[subject], day, slot, room, "a" if other else "every")
        if other:
            self._classes.meet(sections[other], day, slot, f"Studio {self._number + 1}", "b")

    def _teacher(self, subject: str, place: int) -> UUID:
        """Where a subject has two teachers, each has half a band."""
        half = place * 2 // BAND
        post = (subject, half) if (subject, half) in _POSTS else (subject, 0)
        return self._teachers[_POSTS.index(post)]


def _bands(plan: Plan) -> int:
    return -(-len(plan.homerooms) // BAND)
