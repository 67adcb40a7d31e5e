from __future__ import annotations

from datetime import date

from school_erp.core.clock import today_in
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.schools.models import School


def own_school() -> School:
    return db.session.get_one(School, current_school_id())


def today_here() -> date:
    """Today, where the school in force is."""
    return today_in(own_school().timezone)
