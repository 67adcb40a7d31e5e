from __future__ import annotations

from school_erp.absences.pages import absences, by_phone, family

BLUEPRINTS = (family.blueprint, by_phone.blueprint, absences.blueprint)
