"""Who is told that messages to parents will not move without somebody."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from school_erp.core.clock import now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.queries.outbox import count_lasting_doubts, count_over_budget
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify, stop_telling
from school_erp.notifications.missing import whoever_runs_the_office
from school_erp.notifications.notices import Notice
from school_erp.schools.queries import today_here

# most doubts are settled by asking the provider within that time
LASTING = dt.timedelta(minutes=15)

_told_already = text("""
    SELECT EXISTS (SELECT FROM notification n
                   WHERE n.school_id = :school AND n.about = :about AND n.at >= :recent)""")


def tell_of_what_is_stuck() -> None:
    """Once a day of each; and no longer, where nothing is stuck any more."""
    _tell(kinds.MESSAGES_IN_DOUBT, count_lasting_doubts(now() - LASTING))
    _tell(kinds.BUDGET_USED_UP, count_over_budget())


def _tell(kind: str, messages: int) -> None:
    day = today_here()
    about = f"{kind}:{day}"
    if not messages:
        stop_telling(about)
    elif not _was_told(about):
        facts = {"date": day.isoformat(), "messages": messages}
        notify([Notice(who, kind, about, facts) for who in whoever_runs_the_office()])


def _was_told(about: str) -> bool:
    asked = {
        "school": current_school_id(),
        "about": about,
        "recent": now() - dt.timedelta(days=2),
    }
    return bool(db.session.scalar(_told_already, asked))
