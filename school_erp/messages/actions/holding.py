"""Holding back what looks wrong, until a person decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from school_erp.core.happenings import tell
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.telling import tell_of_moves
from school_erp.messages.happenings import MessagesHeld
from school_erp.messages.queries.spots import (
    Leaving,
    Spot,
    absent_on_days_before,
    classes_away,
)
from school_erp.messages.rules.safety import (
    LEAST_ABSENT,
    ClassAway,
    is_beyond_usual,
    usual_absent,
    why_hold_class,
)
from school_erp.messages.vocabulary import HoldReason

# what somebody has released once is not held again for the same reason
_open = text("""
    INSERT INTO message_hold (school_id, id, reason, date, slot, section_id, facts, due_at)
    SELECT :school, r.id, r.reason, r.date, r.slot, r.section_id, r.facts, r.due_at
    FROM jsonb_to_recordset(:rows) AS r (
        id uuid, reason text, date date, slot smallint, section_id uuid, facts jsonb,
        due_at timestamptz)
    WHERE NOT EXISTS (
        SELECT FROM message_hold h
        WHERE h.school_id = :school AND h.date = r.date AND h.slot = r.slot
          AND (h.decision IS NULL AND h.section_id IS NULL
               OR h.section_id IS NOT DISTINCT FROM r.section_id
                  AND (h.decision IS NULL OR h.decision = 'released' AND h.reason = r.reason)))
    ON CONFLICT DO NOTHING
    RETURNING id, date, slot, section_id""")

# whoever was released is not held for another reason
_join = text("""
    UPDATE message m SET state = 'held', hold_id = h.id
    FROM message_hold h
    WHERE h.school_id = :school AND h.decision IS NULL AND m.school_id = :school
      AND m.state = 'waiting' AND m.kind = 'absent' AND m.date = h.date AND m.slot = h.slot
      AND (h.section_id IS NULL OR m.section_id = h.section_id) AND m.hold_id IS NULL""")


@dataclass(frozen=True, slots=True)
class Suspicion:
    reason: HoldReason
    spot: Spot
    section_id: UUID | None
    facts: dict[str, Any]


def hold_what_looks_wrong(leaving: Collection[Leaving]) -> None:
    """Of all that is about to be said; whoever joins a hold later, joins it here."""
    if not leaving:
        return
    away = classes_away({each.spot for each in leaving})
    found = [(each, _due_at(each, leaving)) for each in _suspicions(away)]
    rows = [_row(each, due_at) for each, due_at in found if due_at]
    if rows:
        _open_holds(rows)
    db.session.execute(_join, {"school": current_school_id()})


def school_suspicion(spot: Spot, classes: Sequence[ClassAway]) -> Suspicion | None:
    absent, students = sum(each.absent for each in classes), sum(each.students for each in classes)
    if absent <= LEAST_ABSENT:
        return None
    usual = usual_absent(absent_on_days_before(spot), students)
    if not is_beyond_usual(absent, usual):
        return None
    facts = {"absent": absent, "students": students, "usual": round(usual, 1)}
    return Suspicion(HoldReason.SCHOOL_ABOVE_USUAL, spot, None, facts)


def _suspicions(classes: Sequence[ClassAway]) -> Iterator[Suspicion]:
    """One of the whole school, or those of its classes."""
    for (day, slot), group in groupby(classes, key=_spot):
        those, spot = list(group), Spot(day, slot)
        whole = school_suspicion(spot, those)
        if whole is not None:
            yield whole
            continue
        for away in those:
            reason = why_hold_class(away)
            if reason is not None:
                facts = {"absent": away.absent, "students": away.students}
                yield Suspicion(reason, spot, away.section_id, facts)


def _due_at(suspicion: Suspicion, leaving: Collection[Leaving]) -> dt.datetime | None:
    """When the first of those leaves; never, where nothing of them waits."""
    section_id = suspicion.section_id
    times = [
        each.at
        for each in leaving
        if each.spot == suspicion.spot and section_id in {None, each.section_id}
    ]
    return min(times, default=None)


def _open_holds(rows: list[dict[str, Any]]) -> None:
    asked = {"school": current_school_id(), "rows": Jsonb(rows)}
    opened = db.session.execute(_open, asked).all()
    for row in opened:
        tell(MessagesHeld(row.id, row.date, row.slot, row.section_id))
    tell_of_moves(len(opened))


def _spot(away: ClassAway) -> tuple[dt.date, int]:
    return away.date, away.slot


def _row(each: Suspicion, due_at: dt.datetime) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "reason": each.reason,
        "date": each.spot.date.isoformat(),
        "slot": each.spot.slot,
        "section_id": str(each.section_id) if each.section_id else None,
        "facts": each.facts,
        "due_at": due_at.isoformat(),
    }
