from __future__ import annotations

from school_erp.absences.pages import absences, by_phone, explaining, family

BLUEPRINTS = (family.blueprint, by_phone.blueprint, absences.blueprint, explaining.blueprint)
