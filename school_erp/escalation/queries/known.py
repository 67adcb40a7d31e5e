"""What was told already, and by what one crossing is told from another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from school_erp.attendance.queries.figures import MarkBehind
from school_erp.core.tenancy import current_school_id
from school_erp.escalation.models import Escalation
from school_erp.extensions import db

REMEMBERED = dt.timedelta(days=400)


class Key(NamedTuple):
    rule_id: UUID
    student_id: UUID
    crossing: dt.date


@dataclass(frozen=True, slots=True)
class Crossing:
    """A line that a student stands beyond; its marks where they are at hand already."""

    key: Key
    figure: Decimal
    marks: Sequence[MarkBehind] = ()


def known_crossings(day: dt.date) -> dict[Key, bool]:
    """Those that were told, with whether they still last."""
    query = select(
        Escalation.rule_id, Escalation.student_id, Escalation.crossing, Escalation.ended_at
    ).where(Escalation.school_id == current_school_id(), Escalation.crossing >= day - REMEMBERED)
    return {
        Key(rule_id, student_id, crossing): ended_at is None
        for rule_id, student_id, crossing, ended_at in db.session.execute(query)
    }
