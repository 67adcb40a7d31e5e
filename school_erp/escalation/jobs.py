from __future__ import annotations

import datetime as dt

from school_erp.academics.queries.calendar import days_between
from school_erp.core.clock import local_now
from school_erp.escalation.actions.looking import look_once
from school_erp.jobs.schedule import periodic
from school_erp.schools.rounds import Stop, visit_each_school

# when a day's marks are there, and the office still is
LOOKED_AT = dt.time(15, 30)


@periodic(seconds=300)
def look_at_the_day() -> None:
    """Once on each school day, by each school's own clock."""
    visit_each_school(_look)


def _look(stop: Stop) -> None:
    here = local_now(stop.timezone)
    if here.time() < LOOKED_AT:
        return
    [day] = days_between(here.date(), here.date())
    if day.is_school_day:
        look_once(day.date)
