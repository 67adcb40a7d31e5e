from __future__ import annotations

from enum import StrEnum

from school_erp.schools.roles import Role


class Kind(StrEnum):
    """What a school wants to hear of."""

    CONSECUTIVE_DAYS = "consecutive_days"
    ATTENDANCE_BELOW = "attendance_below"
    UNEXPLAINED_DAYS = "unexplained_days"


# a teacher is whoever has the student's homeroom
TOLD = (Role.ADMIN, Role.OFFICER, Role.TEACHER)
MOST_DAYS, MOST_PERCENT = 60, 99
USUAL_RULES: tuple[tuple[Kind, int, tuple[Role, ...]], ...] = (
    (Kind.CONSECUTIVE_DAYS, 3, (Role.OFFICER, Role.TEACHER)),
    (Kind.CONSECUTIVE_DAYS, 10, (Role.ADMIN, Role.OFFICER)),
    (Kind.ATTENDANCE_BELOW, 90, (Role.OFFICER, Role.TEACHER)),
    (Kind.ATTENDANCE_BELOW, 50, (Role.ADMIN, Role.OFFICER)),
    (Kind.UNEXPLAINED_DAYS, 3, (Role.OFFICER,)),
)
