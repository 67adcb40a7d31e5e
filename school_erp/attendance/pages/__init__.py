from __future__ import annotations

from school_erp.attendance.pages import codes, registers, settings

BLUEPRINTS = (registers.blueprint, settings.blueprint, codes.blueprint)
