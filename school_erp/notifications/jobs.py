from __future__ import annotations

from datetime import timedelta

from school_erp.core.clock import now
from school_erp.jobs.schedule import periodic
from school_erp.notifications.actions import forget_notifications_before
from school_erp.schools.rounds import visit_each_school

KEPT = timedelta(days=90)


@periodic(seconds=24 * 3600)
def forget_old_notifications() -> None:
    before = now() - KEPT
    visit_each_school(lambda _: forget_notifications_before(before))
