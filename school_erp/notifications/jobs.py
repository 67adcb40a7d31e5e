from __future__ import annotations

from datetime import timedelta

import structlog

from school_erp.core.clock import now
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import let_go, unit_of_work
from school_erp.jobs.schedule import periodic
from school_erp.messages.looks import schools_to_look_at
from school_erp.notifications.actions import forget_notifications_before
from school_erp.notifications.families import look_ahead, tell_what_is_due
from school_erp.notifications.missing import stop_asking_for_what_is_begun
from school_erp.notifications.queries import schools_with_news_due
from school_erp.notifications.stuck import tell_of_what_is_stuck
from school_erp.schools.rounds import visit_each_school

log = structlog.get_logger(__name__)

KEPT = timedelta(days=90)


@periodic(seconds=5)
def tell_held_notifications() -> None:
    """Absences that nobody has corrected while they were kept back."""
    schools = schools_with_news_due(now())
    let_go()
    for school_id in schools:
        try:
            with acting_for(school_id), unit_of_work():
                tell_what_is_due()
        except Exception:
            log.exception("news_not_told", school_id=str(school_id))


@periodic(seconds=5)
def look_at_what_waits() -> None:
    """Where marks have changed what families will hear."""
    for school_id in schools_to_look_at():
        try:
            with acting_for(school_id), unit_of_work():
                look_ahead()
        except Exception:
            log.exception("look_failed", school_id=str(school_id))


@periodic(seconds=60)
def stop_asking_for_registers() -> None:
    visit_each_school(lambda _: stop_asking_for_what_is_begun())


@periodic(seconds=60)
def tell_of_stuck_messages() -> None:
    visit_each_school(lambda _: tell_of_what_is_stuck())


@periodic(seconds=24 * 3600)
def forget_old_notifications() -> None:
    before = now() - KEPT
    visit_each_school(lambda _: forget_notifications_before(before))
