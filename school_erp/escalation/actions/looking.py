"""Holding a school's rules against its figures, once a day or when somebody asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import delete, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from school_erp.attendance.queries.figures import MarkBehind
from school_erp.core import happenings
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.escalation.happenings import Escalated
from school_erp.escalation.models import Escalation, EscalationRound, EscalationRule
from school_erp.escalation.queries.crossings import (
    crossings_on,
    first_day_of_figures,
    missed_marks_of,
)
from school_erp.escalation.queries.known import Crossing, Key, known_crossings
from school_erp.escalation.queries.rules import active_rules
from school_erp.escalation.vocabulary import Kind
from school_erp.extensions import db

ROUNDS_KEPT = dt.timedelta(days=30)

_add = text("""
    INSERT INTO escalation (school_id, id, created_at, rule_id, student_id, crossing, figure, marks)
    SELECT :school, id, :now, rule_id, student_id, crossing, figure, marks
    FROM jsonb_to_recordset(:rows) AS r (
        id uuid, rule_id uuid, student_id uuid, crossing date, figure numeric, marks jsonb)
    ORDER BY rule_id, student_id, crossing
    ON CONFLICT DO NOTHING
    RETURNING school_id, id, rule_id, student_id, crossing, figure""")


def look_once(day: dt.date) -> None:
    """At most once for each day, however often it is asked."""
    first = db.session.scalar(
        insert(EscalationRound)
        .values(school_id=current_school_id(), date=day)
        .on_conflict_do_nothing()
        .returning(EscalationRound.date)
    )
    if first is None:
        return
    db.session.execute(
        delete(EscalationRound).where(
            EscalationRound.school_id == current_school_id(),
            EscalationRound.date < day - ROUNDS_KEPT,
        )
    )
    look(day)


def look(day: dt.date) -> Sequence[Escalation]:
    """Tells of lines newly crossed; what is no longer so has ended, and may begin again."""
    rules = {rule.id: rule for rule in active_rules()}
    known = known_crossings(day)
    still_open = [key for key, lasts in known.items() if lasts]
    holding = {each.key: each for each in crossings_on(day, list(rules.values()), still_open)}
    _end([key for key in still_open if key not in holding], now())
    _end([key for key in holding if known.get(key) is False], None)
    fresh = [each for key, each in holding.items() if key not in known]
    stored = _store(fresh, rules, day)
    if stored:
        happenings.tell(Escalated(rules, stored))
    return stored


def _end(keys: Collection[Key], moment: dt.datetime | None) -> None:
    """Or, without a moment, go on: what was corrected and corrected back is told once."""
    if not keys:
        return
    columns = (Escalation.rule_id, Escalation.student_id, Escalation.crossing)
    db.session.execute(
        update(Escalation)
        .where(Escalation.school_id == current_school_id(), tuple_(*columns).in_(keys))
        .values(ended_at=moment)
    )


def _store(
    fresh: Sequence[Crossing], rules: Mapping[UUID, EscalationRule], day: dt.date
) -> Sequence[Escalation]:
    """However many, in one statement. Of two who look at once, one tells."""
    if not fresh:
        return []
    missed = missed_marks_of({each.key.student_id for each in fresh if not each.marks}, day)
    first = first_day_of_figures(day)
    rows = [_row(each, _marks_behind(each, rules, missed, first)) for each in fresh]
    asked = {"school": current_school_id(), "now": now(), "rows": Jsonb(rows)}
    return db.session.scalars(select(Escalation).from_statement(_add), asked).all()


def _is_of(kind: Kind, crossing: Crossing, rules: Mapping[UUID, EscalationRule]) -> bool:
    return rules[crossing.key.rule_id].kind == kind


def _marks_behind(
    crossing: Crossing,
    rules: Mapping[UUID, EscalationRule],
    missed: Mapping[UUID, Sequence[MarkBehind]],
    first: dt.date,
) -> Sequence[MarkBehind]:
    if _is_of(Kind.CONSECUTIVE_DAYS, crossing, rules):
        return crossing.marks
    own = missed.get(crossing.key.student_id, ())
    if _is_of(Kind.ATTENDANCE_BELOW, crossing, rules):
        return [mark for mark in own if mark.counted.date >= first]
    return [mark for mark in own if mark.counted.date == crossing.key.crossing]


def _row(crossing: Crossing, marks: Sequence[MarkBehind]) -> dict[str, Any]:
    key = crossing.key
    return {
        "id": str(new_id()),
        "rule_id": str(key.rule_id),
        "student_id": str(key.student_id),
        "crossing": key.crossing.isoformat(),
        "figure": str(crossing.figure),
        "marks": [
            {
                "date": mark.counted.date.isoformat(),
                "slot": mark.counted.slot,
                "code": mark.code,
                "label": mark.label,
                "status": mark.counted.status.value,
            }
            for mark in marks
        ],
    }
