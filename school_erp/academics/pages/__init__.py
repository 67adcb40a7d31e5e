from __future__ import annotations

from school_erp.academics.pages import calendar, enrolments, kinds, sections, timetable

PAGES = (
    sections.blueprint,
    enrolments.blueprint,
    timetable.blueprint,
    calendar.blueprint,
    *kinds.BLUEPRINTS,
)
