"""What attendance itself does when marks were made: it remembers them, once they are stored."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from uuid import UUID

from school_erp.attendance.happenings import MarksMade
from school_erp.attendance.last_marks import Step, is_of_these_days, last_marks
from school_erp.attendance.marking import Mark
from school_erp.core.happenings import Reactions
from school_erp.core.unit_of_work import after_commit


def remember_marks(made: MarksMade) -> None:
    if not is_of_these_days(made.place.day):
        return
    by_section: defaultdict[UUID, dict[UUID, Mark | None]] = defaultdict(dict)
    for each in made.marks:
        if each.before is not None:
            by_section[each.before.section_id][each.student_id] = None
        if each.after is not None:
            by_section[each.after.section_id][each.student_id] = each.after
    steps = [
        Step(register.section_id, register.version, by_section[register.section_id])
        for register in made.registers
    ]
    after_commit(partial(last_marks().follow, made.place, steps))


REACTIONS: Reactions = {MarksMade: remember_marks}
