from __future__ import annotations

from datetime import timedelta

from school_erp.attendance.happenings import MarksMade
from school_erp.attendance.marking import Mark
from school_erp.attendance.vocabulary import Status
from school_erp.calling.events import CALLS_CHANGED
from school_erp.core.clock import now
from school_erp.core.happenings import Reactions
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import STAFF

# somewhere it still is
A_DAY = timedelta(days=1)


def refresh_list(made: MarksMade) -> None:
    """Who became absent is to be rung for, and who came is not; of days long past, nobody is."""
    turned = any(_is_absent(each.before) != _is_absent(each.after) for each in made.marks)
    if turned and made.place.day >= now().date() - A_DAY:
        payload = {"date": made.place.day.isoformat()}
        announce(CALLS_CHANGED, [STAFF.of(made.place.school_id)], payload)


def _is_absent(mark: Mark | None) -> bool:
    return mark is not None and mark.status is Status.ABSENT


REACTIONS: Reactions = {MarksMade: refresh_list}
