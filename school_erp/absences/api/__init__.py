from __future__ import annotations

from school_erp.absences.api import absences, evidence, explanations

BLUEPRINTS = (absences.blueprint, evidence.blueprint, explanations.blueprint)
