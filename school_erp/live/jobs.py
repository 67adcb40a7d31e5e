from __future__ import annotations

from datetime import timedelta

import structlog

from school_erp.core.clock import now
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import let_go, unit_of_work
from school_erp.jobs.schedule import periodic
from school_erp.live.actions.ending import end_sessions
from school_erp.live.actions.forgetting import forget_locations_before
from school_erp.live.actions.mending import mend_counts
from school_erp.live.queries.sessions import sessions_due, sessions_to_change
from school_erp.schools.rounds import visit_each_school

COMPARED_AFTER_END = timedelta(minutes=10)
LOCATIONS_KEPT = timedelta(days=30)
log = structlog.get_logger(__name__)


@periodic(seconds=5)
def end_sessions_due() -> None:
    """One that cannot be ended is noted and keeps no other from its end."""
    due = sessions_due()
    let_go()
    for school_id, session_id in due:
        try:
            with acting_for(school_id), unit_of_work():
                end_sessions(sessions_to_change(school_id, session_id))
        except Exception:
            log.exception("session_not_ended", school_id=str(school_id))


@periodic(seconds=3600)
def forget_old_locations() -> None:
    before = now() - LOCATIONS_KEPT
    visit_each_school(lambda _: forget_locations_before(before))


@periodic(seconds=20)
def compare_counts() -> None:
    """Of what people look at now. What Redis lost, or was never told, is made anew."""
    since = now() - COMPARED_AFTER_END
    visit_each_school(lambda stop: mend_counts(stop.school_id, since))
