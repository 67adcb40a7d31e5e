"""The rows of taking marks back: what stood before is put back, what was new goes, and is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.actions.announcing import announce_marks
from school_erp.attendance.actions.rows import (
    ASKED,
    NOTED,
    PUT,
    Row,
    common_columns,
    parameters,
    row,
)
from school_erp.attendance.actions.writing import Stored
from school_erp.attendance.happenings import MarkMade, MarksMade, RegisterTouched
from school_erp.attendance.marking import Mark, Marking
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.listeners import listeners_of
from school_erp.attendance.queries.rulebook import Rulebook
from school_erp.core.alike import Alike
from school_erp.core.happenings import tell
from school_erp.extensions import db

_restore = text(f"""
    WITH asked AS ({ASKED}), removed AS (
        DELETE FROM student_attendance m USING asked
        WHERE m.school_id = :school AND m.student_id = asked.student_id AND m.date = :day
          AND m.slot = :slot AND m.version = asked.version - 1 AND asked.status IS NULL
        RETURNING m.student_id
    ), put AS ({PUT}), done AS (
        SELECT student_id FROM removed UNION ALL SELECT student_id FROM put
    ), noted AS ({NOTED})
    SELECT student_id FROM done""")  # noqa: S608

# an open register without any mark left is one that nobody has taken
_touch = text("""
    UPDATE register r SET version = version + 1,
           taken_by = CASE WHEN held.stays THEN taken_by END,
           taken_at = CASE WHEN held.stays THEN taken_at END
    FROM (SELECT o.section_id,
                 o.state <> 'open' OR EXISTS (
                     SELECT 1 FROM student_attendance m
                     WHERE m.school_id = o.school_id AND m.section_id = o.section_id
                       AND m.date = o.date AND m.slot = o.slot) AS stays
          FROM register o
          WHERE o.school_id = :school AND o.date = :day AND o.slot = :slot
            AND o.section_id = ANY(:registers)) AS held
    WHERE r.school_id = :school AND r.date = :day AND r.slot = :slot
      AND r.section_id = held.section_id
    RETURNING r.section_id, r.version, r.state, r.taken_by""")


@dataclass(frozen=True, slots=True)
class Restoration:
    """A student's mark as it stands, and as it should be: either may be none."""

    student_id: UUID
    section_id: UUID
    standing: Mark | None
    mark: Mark | None

    @property
    def version(self) -> int:
        """Numbers go on, so that whoever looked at the mark before looks again."""
        return self.standing.version + 1 if self.standing else 1


def write_restorations(
    place: Place,
    rules: Rulebook,
    marking: Marking,
    restorations: Sequence[Restoration],
    received_at: dt.datetime,
) -> Stored:
    if not restorations:
        return Stored()
    common = common_columns(place, marking, received_at)
    asked = Alike[Row]()
    for each in restorations:
        asked.add(each.student_id, id(each), partial(_row, each))
    done = frozenset(db.session.scalars(_restore, common | parameters(asked)))
    back_in = {each.mark.section_id for each in restorations if each.mark}
    sections = sorted(back_in | {each.section_id for each in restorations})
    touched = db.session.execute(_touch, common | {"registers": sections})
    registers = [RegisterTouched(*row) for row in touched]
    put_back = [each for each in restorations if each.student_id in done]
    heard = listeners_of(place.school_id, [each.student_id for each in put_back])
    made = [
        MarkMade(
            *(each.student_id, each.section_id, each.standing, each.mark),
            heard.get(each.student_id, ()),
        )
        for each in put_back
    ]
    versions = {each.section_id: each.version for each in registers}
    announce_marks(place, made, versions)
    tell(MarksMade(place, rules, marking.marker, made, registers))
    return Stored(frozenset(each.student_id for each in restorations) - done, versions)


def _row(each: Restoration) -> Row:
    found = row(each.version, each.mark, each.standing)
    # also where no mark is left, the audit says in which class
    return {"section_id": each.section_id} | found
