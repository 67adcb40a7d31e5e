from __future__ import annotations

from school_erp.academics.api import (
    calendar,
    courses,
    covers,
    enrolments,
    periods,
    sections,
    sessions,
    timetable,
)

APIS = (
    sessions.blueprint,
    courses.blueprint,
    sections.blueprint,
    enrolments.blueprint,
    periods.blueprint,
    timetable.blueprint,
    timetable.entries,
    covers.blueprint,
    calendar.blueprint,
    calendar.days,
)
