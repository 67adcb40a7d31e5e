from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from school_erp.core.clock import local_now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.schools.queries import own_school

# what was refused is not paid for; what is under way, and what nobody knows of, may be
_spent = text("""
    SELECT coalesce((
        SELECT sum(m.segments) FROM message_attempt a
        JOIN message m ON m.school_id = a.school_id AND m.id = a.message_id
        WHERE a.school_id = :school AND a.id >= :since AND a.kind = 'send'
          AND a.outcome IN ('accepted', 'delivered', 'unknown') AND m.state <> 'sending'
    ), 0) + coalesce((
        SELECT sum(segments) FROM message WHERE school_id = :school AND state = 'sending'
    ), 0)""")


def spent_since(moment: dt.datetime) -> int:
    """In segments of SMS."""
    asked = {"school": current_school_id(), "since": _first_id_of(moment)}
    return int(db.session.scalar(_spent, asked) or 0)


def start_of_today() -> dt.datetime:
    timezone = own_school().timezone
    today = local_now(timezone).date()
    return dt.datetime.combine(today, dt.time.min, ZoneInfo(timezone))


def _first_id_of(moment: dt.datetime) -> UUID:
    """Ids begin with their time in milliseconds, so their own index finds those of a day."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
