from __future__ import annotations

from school_erp.attendance.pages import audit, codes, registers, settings, students

BLUEPRINTS = (
    registers.blueprint,
    settings.blueprint,
    codes.blueprint,
    audit.blueprint,
    students.blueprint,
)
