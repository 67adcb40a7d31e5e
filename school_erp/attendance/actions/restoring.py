"""The rows of taking marks back: what stood before is put back, what was new goes, and is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from school_erp.attendance.actions.announcing import Told, announce_marks
from school_erp.attendance.actions.writing import common_columns, noted
from school_erp.attendance.happenings import MarkMade, MarksMade
from school_erp.attendance.marking import Mark, Marking
from school_erp.attendance.queries.ground import Place
from school_erp.core.happenings import tell
from school_erp.core.ids import new_id
from school_erp.extensions import db

# a mark that has another version than the one that was judged stays, and nothing is noted of it
_restore = text("""
    WITH asked AS (
        SELECT * FROM unnest(
            CAST(:students AS uuid[]), CAST(:sections AS uuid[]), CAST(:statuses AS text[]),
            CAST(:codes AS text[]), CAST(:minutes AS smallint[]), CAST(:arrivals AS timestamptz[]),
            CAST(:remarks AS text[]), CAST(:sources AS smallint[]), CAST(:markers AS uuid[]),
            CAST(:moments AS timestamptz[]), CAST(:versions AS integer[]), CAST(:notes AS uuid[]),
            CAST(:befores AS jsonb[]), CAST(:afters AS jsonb[]))
            AS r (student_id, section_id, status, code, minutes_late, arrived_at, remarks, source,
                  marked_by, marked_at, version, note_id, before, after)
    ), removed AS (
        DELETE FROM student_attendance m USING asked
        WHERE m.school_id = :school AND m.student_id = asked.student_id AND m.date = :day
          AND m.slot = :slot AND m.version = asked.version - 1 AND asked.status IS NULL
        RETURNING m.student_id
    ), put AS (
        INSERT INTO student_attendance AS m (
            school_id, student_id, date, slot, section_id, status, code, minutes_late, arrived_at,
            remarks, source, marked_by, marked_at, received_at, version)
        SELECT :school, student_id, :day, :slot, section_id, status, code, minutes_late,
               arrived_at, remarks, source, marked_by, marked_at, :received_at, version
        FROM asked WHERE status IS NOT NULL
        ON CONFLICT (school_id, student_id, date, slot) DO UPDATE SET
            section_id = excluded.section_id, status = excluded.status, code = excluded.code,
            minutes_late = excluded.minutes_late, arrived_at = excluded.arrived_at,
            remarks = excluded.remarks, source = excluded.source, marked_by = excluded.marked_by,
            marked_at = excluded.marked_at, received_at = excluded.received_at,
            version = excluded.version
        WHERE m.version = excluded.version - 1
        RETURNING m.student_id
    ), done AS (
        SELECT student_id FROM removed UNION ALL SELECT student_id FROM put
    ), noted AS (
        INSERT INTO attendance_audit_log (
            school_id, id, what, student_id, section_id, date, slot, before, after, reason,
            actor_id, actor_name, actor_role, source, request_id, address, job_id)
        SELECT :school, note_id, 'mark', student_id, section_id, :day, :slot, before, after,
               :reason, :actor_id, :actor_name, :actor_role, :source, :request_id, :address,
               :job_id
        FROM asked JOIN done USING (student_id)
    )
    SELECT student_id FROM done""")

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
    place: Place, marking: Marking, restorations: Sequence[Restoration], received_at: dt.datetime
) -> frozenset[UUID]:
    """Whose marks were put back; anyone missing was changed by somebody else in between."""
    if not restorations:
        return frozenset()
    common = common_columns(place, marking, received_at)
    done = frozenset(db.session.scalars(_restore, common | _columns(restorations)))
    back_in = {each.mark.section_id for each in restorations if each.mark}
    sections = sorted(back_in | {each.section_id for each in restorations})
    registers = db.session.execute(_touch, common | {"registers": sections}).all()
    put_back = [each for each in restorations if each.student_id in done]
    told = [Told(each.student_id, each.section_id, each.mark) for each in put_back]
    announce_marks(place, told, {each.section_id: each.version for each in registers})
    made = [MarkMade(each.student_id, each.standing, each.mark) for each in put_back]
    tell(MarksMade(place, marking.marker, made, registers))
    return done


def _columns(restorations: Sequence[Restoration]) -> dict[str, list[Any]]:
    marks = [each.mark for each in restorations]
    return {
        "students": [each.student_id for each in restorations],
        "sections": [
            each.mark.section_id if each.mark else each.section_id for each in restorations
        ],
        "statuses": [mark.status.value if mark else None for mark in marks],
        "codes": [mark.code if mark else None for mark in marks],
        "minutes": [mark.minutes_late if mark else None for mark in marks],
        "arrivals": [mark.arrived_at if mark else None for mark in marks],
        "remarks": [mark.remarks if mark else None for mark in marks],
        "sources": [int(mark.source) if mark else None for mark in marks],
        "markers": [mark.marked_by if mark else None for mark in marks],
        "moments": [mark.marked_at if mark else None for mark in marks],
        "versions": [each.version for each in restorations],
        "notes": [new_id() for _ in restorations],
        "befores": [
            Jsonb(noted(each.standing)) if each.standing else None for each in restorations
        ],
        "afters": [Jsonb(noted(mark)) if mark else None for mark in marks],
    }
