from __future__ import annotations

from school_erp.absences.api import absences

BLUEPRINTS = (absences.blueprint,)
