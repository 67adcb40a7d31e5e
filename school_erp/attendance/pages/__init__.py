from __future__ import annotations

from school_erp.attendance.pages import codes, settings

BLUEPRINTS = (settings.blueprint, codes.blueprint)
