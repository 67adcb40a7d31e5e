"""The SQL and the shape of rows of marks, for what writes them and what puts them back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from school_erp.attendance.marking import Mark, Marking
from school_erp.attendance.queries.ground import Place
from school_erp.core.alike import Alike
from school_erp.core.bulk import ids_as_text
from school_erp.core.ids import new_ids_as_text

Row = dict[str, Any]

# what is said of many students alike is sent and read once
ASKED = """
    SELECT r.student_id, r.note_id, said.*
    FROM unnest(CAST(:students AS uuid[]), CAST(:notes AS uuid[]), CAST(:alike AS integer[]))
         AS r (student_id, note_id, number)
    JOIN jsonb_to_recordset(:said) AS said (
        number integer, section_id uuid, status text, code text, minutes_late smallint,
        arrived_at timestamptz, remarks text, source smallint, marked_by uuid,
        marked_at timestamptz, version integer, before jsonb, after jsonb,
        device_time timestamptz, actor_id uuid, actor_name text, actor_role text)
      USING (number)"""

# A row is only replaced at the version that was judged; another writer in between means that it
# does not come back, and that nothing is noted of it.
PUT = """
    INSERT INTO student_attendance AS m (
        school_id, student_id, date, slot, section_id, status, code, minutes_late, arrived_at,
        remarks, source, marked_by, marked_at, received_at, version)
    SELECT :school, student_id, :day, :slot, section_id, status, code, minutes_late, arrived_at,
           remarks, source, marked_by, marked_at, :received_at, version
    FROM asked WHERE status IS NOT NULL
    ON CONFLICT (school_id, student_id, date, slot) DO UPDATE SET
        section_id = excluded.section_id, status = excluded.status, code = excluded.code,
        minutes_late = excluded.minutes_late, arrived_at = excluded.arrived_at,
        remarks = excluded.remarks, source = excluded.source, marked_by = excluded.marked_by,
        marked_at = excluded.marked_at, received_at = excluded.received_at,
        version = excluded.version
    WHERE m.version = excluded.version - 1
    RETURNING m.student_id"""

NOTED = """
    INSERT INTO attendance_audit_log (
        school_id, id, what, student_id, section_id, date, slot, before, after, reason,
        actor_id, actor_name, actor_role, source, request_id, address, job_id, device_time)
    SELECT :school, note_id, 'mark', student_id, section_id, :day, :slot, before, after, :reason,
           coalesce(actor_id, :actor_id), coalesce(actor_name, :actor_name),
           coalesce(actor_role, :actor_role), :source, :request_id, :address, :job_id, device_time
    FROM asked JOIN done USING (student_id)"""


def common_columns(place: Place, marking: Marking, received_at: dt.datetime) -> Row:
    marker = marking.marker
    return {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "source": int(marker.source),
        "received_at": received_at,
        "reason": marking.reason,
        "actor_id": marker.person_id,
        "actor_name": marker.name,
        "actor_role": marker.role,
        "request_id": marker.request_id,
        "address": marker.address,
        "job_id": marker.job_id,
    }


def parameters(asked: Alike[Row]) -> Row:
    """For `ASKED`: the students of one statement, and what is said of them."""
    return {
        "students": ids_as_text(asked.ids),
        "notes": new_ids_as_text(len(asked.ids)),
        "alike": f"{{{','.join(map(str, asked.numbers))}}}",
        "said": document([{"number": number} | said for number, said in enumerate(asked.said)]),
    }


def row(version: int, mark: Mark | None, before: Mark | None) -> Row:
    """Without a status where no mark should stand."""
    said: Row = {"version": version, "before": noted(before) if before else None}
    if mark is None:
        return said
    return said | {
        "section_id": mark.section_id,
        "status": mark.status,
        "code": mark.code,
        "minutes_late": mark.minutes_late,
        "arrived_at": mark.arrived_at,
        "remarks": mark.remarks,
        "source": int(mark.source),
        "marked_by": mark.marked_by,
        "marked_at": mark.marked_at,
        "after": noted(mark),
    }


def document(rows: Sequence[Row]) -> Jsonb:
    """One document of rows is sent several times as quickly as a dozen arrays."""
    return Jsonb(rows, dumps=_dumps)


def _plain(value: UUID | dt.datetime) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


_dumps = partial(json.dumps, default=_plain)


def noted(mark: Mark) -> Row:
    """A mark as the audit remembers it."""
    said = mark.told()
    if mark.arrived_at:
        said["arrived_at"] = mark.arrived_at.isoformat()
    return said
