from __future__ import annotations

from school_erp.academics.pages import (
    calendar,
    enrolments,
    kinds,
    lessons,
    sections,
    special_days,
    timetable,
)

PAGES = (
    sections.blueprint,
    enrolments.blueprint,
    timetable.blueprint,
    lessons.blueprint,
    calendar.blueprint,
    special_days.blueprint,
    *kinds.BLUEPRINTS,
)
