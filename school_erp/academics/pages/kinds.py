"""Years and terms, courses, periods and covers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from school_erp.academics import models
from school_erp.academics.access import Permission, covers_visible_to
from school_erp.academics.actions import courses, covering, periods, sessions
from school_erp.academics.pages.keeping import Kept, pages_of
from school_erp.academics.queries import calendar, choosing, covers
from school_erp.academics.schemas import structure
from school_erp.academics.schemas.timetable import CoverBody, CoverChange
from school_erp.academics.wording import SESSION_KINDS
from school_erp.core.access import current_actor
from school_erp.schools.queries import today_here

LONGEST_LIST = 200


def _years() -> Mapping[str, Any]:
    years = [session for session in calendar.all_sessions() if session.kind == "year"]
    return {
        "kinds": list(SESSION_KINDS.items()),
        "years": [(str(year.id), year.name) for year in years],
    }


def _covers() -> list[models.Cover]:
    today = today_here()
    asked = {"first": today - timedelta(days=7), "limit": LONGEST_LIST}
    return list(covers.covers_page(asked, covers_visible_to(current_actor())).items)


def _for_covers() -> Mapping[str, Any]:
    periods = calendar.periods()
    return {
        "periods": {each.slot: each for each in periods},
        "sections": choosing.sections_to_choose(today_here()),
        "people": choosing.adults_to_choose(today_here()),
        "slots": [(str(each.slot), each.name) for each in periods],
    }


SESSIONS = Kept(
    name="sessions",
    url="/academic-sessions",
    read=Permission.STRUCTURE_EDIT,
    edit=Permission.STRUCTURE_EDIT,
    model=models.AcademicSession,
    body=structure.AcademicSessionBody,
    change_body=structure.AcademicSessionChange,
    add=sessions.add_session,
    change=sessions.change_session,
    remove=sessions.remove_session,
    listed=calendar.all_sessions,
    choices=_years,
)
COURSES = Kept(
    name="courses",
    url="/courses",
    read=Permission.COURSE_READ,
    edit=Permission.STRUCTURE_EDIT,
    model=models.Course,
    body=structure.CourseBody,
    change_body=structure.CourseChange,
    add=courses.add_course,
    change=courses.change_course,
    remove=courses.remove_course,
    listed=choosing.all_courses,
)
PERIODS = Kept(
    name="periods",
    url="/periods",
    read=Permission.STRUCTURE_EDIT,
    edit=Permission.STRUCTURE_EDIT,
    model=models.Period,
    body=structure.PeriodBody,
    change_body=structure.PeriodChange,
    add=periods.add_period,
    change=periods.change_period,
    remove=periods.remove_period,
    listed=calendar.periods,
)
COVERS = Kept(
    name="covers",
    url="/covers",
    read=Permission.COVER_READ,
    edit=Permission.COVER_EDIT,
    model=models.Cover,
    body=CoverBody,
    change_body=CoverChange,
    add=covering.add_cover,
    change=covering.change_cover,
    remove=covering.remove_cover,
    listed=_covers,
    choices=_for_covers,
    begin=lambda: {"date": today_here()},
    about=lambda cover: {"cover": covers.with_names(cover)},
)
BLUEPRINTS = tuple(map(pages_of, (SESSIONS, COURSES, PERIODS, COVERS)))
