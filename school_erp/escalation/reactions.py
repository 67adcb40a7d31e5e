from __future__ import annotations

from school_erp.attendance.happenings import AttendanceFounded
from school_erp.core.happenings import Reactions
from school_erp.escalation.actions.changing import found_rules


def begin_with_usual_rules(founded: AttendanceFounded) -> None:
    found_rules(founded.school_id)


REACTIONS: Reactions = {AttendanceFounded: begin_with_usual_rules}
