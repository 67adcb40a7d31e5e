from __future__ import annotations

from school_erp.attendance.pages import (
    audit,
    bulk,
    codes,
    figures,
    jobs,
    own_attendance,
    registers,
    settings,
    staff,
    students,
    uploads,
)

BLUEPRINTS = (
    registers.blueprint,
    bulk.blueprint,
    uploads.blueprint,
    jobs.blueprint,
    settings.blueprint,
    codes.blueprint,
    audit.blueprint,
    students.blueprint,
    figures.blueprint,
    staff.blueprint,
    own_attendance.blueprint,
)
