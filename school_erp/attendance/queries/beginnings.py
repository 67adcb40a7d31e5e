from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.schools.queries import today_here

_first = text("SELECT min(starts_on) FROM academic_session WHERE school_id = :school")


def first_day() -> dt.date:
    """The earliest day the school may have marks of: its first year's first, at most today."""
    today = today_here()
    first = db.session.scalar(_first, {"school": current_school_id()})
    return min(first, today) if first else today
