from __future__ import annotations

from school_erp.attendance.api import (
    audit,
    codes,
    devices,  # noqa: F401 - stands in the blueprint of marking
    figures,
    jobs,
    marking,
    operations,  # noqa: F401 - stands in the blueprint of marking
    registers,
    scopes,
    settings,
    staff,
    uploads,
)

BLUEPRINTS = (
    marking.blueprint,
    jobs.blueprint,
    scopes.blueprint,
    uploads.blueprint,
    registers.blueprint,
    settings.blueprint,
    codes.blueprint,
    audit.blueprint,
    figures.blueprint,
    staff.blueprint,
)
