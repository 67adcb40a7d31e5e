from __future__ import annotations

from datetime import timedelta

from school_erp.core.clock import now
from school_erp.jobs.schedule import periodic
from school_erp.realtime.recording import forget_events_before
from school_erp.schools.rounds import visit_each_school

EVENTS_KEPT = timedelta(hours=48)


@periodic(seconds=3600)
def forget_old_events() -> None:
    before = now() - EVENTS_KEPT
    visit_each_school(lambda _: forget_events_before(before))
