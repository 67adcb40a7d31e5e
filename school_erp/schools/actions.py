from __future__ import annotations

from typing import Any

from school_erp.extensions import db
from school_erp.schools.models import School


def change_school(school: School, changes: dict[str, Any]) -> School:
    for name, value in changes.items():
        setattr(school, name, value)
    db.session.flush()
    return school
