from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from school_erp.core.clock import now
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import let_go, unit_of_work
from school_erp.jobs.schedule import periodic
from school_erp.live.actions.ending import end_sessions
from school_erp.live.actions.forgetting import forget_locations_before
from school_erp.live.actions.mending import mend_counts
from school_erp.live.actions.telling import beat
from school_erp.live.queries.sessions import sessions_due, sessions_to_change, untold
from school_erp.schools.rounds import visit_each_school

COMPARED_AFTER_END = timedelta(minutes=10)
LOCATIONS_KEPT = timedelta(days=30)
log = structlog.get_logger(__name__)


@periodic(seconds=5)
def end_sessions_due() -> None:
    """By themselves, where nobody did."""
    _each(
        "session_not_ended",
        sessions_due(),
        lambda school_id, session_id: end_sessions(sessions_to_change(school_id, session_id)),
    )


@periodic(seconds=3600)
def forget_old_locations() -> None:
    before = now() - LOCATIONS_KEPT
    visit_each_school(lambda _: forget_locations_before(before))


@periodic(seconds=20)
def compare_counts() -> None:
    """Of what people look at now. What Redis lost, or was never told, is made anew."""
    since = now() - COMPARED_AFTER_END
    visit_each_school(lambda stop: mend_counts(stop.school_id, since))


@periodic(seconds=3)
def tell_what_was_not_told() -> None:
    """Of what a process stored and died before telling."""
    _each("watchers_not_told", untold(), lambda _school_id, live_id: beat(live_id))


def _each(
    trouble: str, found: Sequence[tuple[UUID, UUID]], act: Callable[[UUID, UUID], object]
) -> None:
    """In a transaction of its own; one's trouble is noted and keeps no other waiting."""
    let_go()
    for school_id, live_id in found:
        try:
            with acting_for(school_id), unit_of_work():
                act(school_id, live_id)
        except Exception:
            log.exception(trouble, school_id=str(school_id))
