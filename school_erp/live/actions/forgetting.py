from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.live.models import CheckIn


def forget_locations_before(moment: dt.datetime) -> None:
    """Where somebody was is nobody's business for long; how far away stays with its flag."""
    db.session.execute(
        update(CheckIn)
        .where(
            CheckIn.school_id == current_school_id(),
            CheckIn.latitude.is_not(None),
            CheckIn.joined_at < moment,
        )
        .values(latitude=None, longitude=None, accuracy=None)
    )
