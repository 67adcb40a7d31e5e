from __future__ import annotations

from school_erp.attendance.api import marking, registers

BLUEPRINTS = (marking.blueprint, registers.blueprint)
