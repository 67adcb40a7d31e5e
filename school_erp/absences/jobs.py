from __future__ import annotations

from school_erp.absences.actions.linking import forget_old_links
from school_erp.jobs.schedule import periodic
from school_erp.schools.rounds import visit_each_school


@periodic(seconds=3600)
def forget_links() -> None:
    visit_each_school(lambda _: forget_old_links())
