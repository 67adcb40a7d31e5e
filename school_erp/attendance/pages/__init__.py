from __future__ import annotations

from school_erp.attendance.pages import (
    audit,
    codes,
    figures,
    own_attendance,
    registers,
    settings,
    staff,
    students,
)

BLUEPRINTS = (
    registers.blueprint,
    settings.blueprint,
    codes.blueprint,
    audit.blueprint,
    students.blueprint,
    figures.blueprint,
    staff.blueprint,
    own_attendance.blueprint,
)
