"""Marks of staff with their audit, in one statement however many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from school_erp.attendance.actions.staff_answers import moment
from school_erp.attendance.marking import Marker
from school_erp.attendance.staff import StaffChange, StaffMark
from school_erp.core.ids import new_id
from school_erp.extensions import db

# A row is only replaced at the version that was judged, as with students' marks.
_store = text("""
    WITH asked AS (
        SELECT * FROM unnest(
            CAST(:people AS uuid[]), CAST(:statuses AS text[]), CAST(:codes AS text[]),
            CAST(:arrivals AS timestamptz[]), CAST(:departures AS timestamptz[]),
            CAST(:remarks AS text[]), CAST(:sources AS smallint[]), CAST(:markers AS uuid[]),
            CAST(:moments AS timestamptz[]), CAST(:versions AS integer[]),
            CAST(:notes AS uuid[]), CAST(:befores AS jsonb[]), CAST(:afters AS jsonb[]))
            AS r (person_id, status, code, checked_in_at, checked_out_at, remarks, source,
                  marked_by, marked_at, version, note_id, before, after)
    ), stored AS (
        INSERT INTO staff_attendance AS m (
            school_id, person_id, date, status, code, checked_in_at, checked_out_at, remarks,
            source, marked_by, marked_at, version)
        SELECT :school, person_id, :day, status, code, checked_in_at, checked_out_at, remarks,
               source, marked_by, marked_at, version
        FROM asked ORDER BY person_id
        ON CONFLICT (school_id, person_id, date) DO UPDATE SET
            status = excluded.status, code = excluded.code,
            checked_in_at = excluded.checked_in_at, checked_out_at = excluded.checked_out_at,
            remarks = excluded.remarks, source = excluded.source,
            marked_by = excluded.marked_by, marked_at = excluded.marked_at,
            version = excluded.version
        WHERE m.version = excluded.version - 1
        RETURNING m.person_id
    ), noted AS (
        INSERT INTO attendance_audit_log (
            school_id, id, what, person_id, date, before, after, reason, actor_id, actor_name,
            actor_role, source, request_id, address, job_id)
        SELECT :school, note_id, 'staff', person_id, :day, before, after, :reason, :actor_id,
               :actor_name, :actor_role, :actor_source, :request_id, :address, :job_id
        FROM asked JOIN stored USING (person_id)
    )
    SELECT person_id FROM stored""")


def write_staff_changes(
    school_id: UUID, day: dt.date, marker: Marker, reason: str, changes: Sequence[StaffChange]
) -> frozenset[UUID]:
    """Whose marks were stored; anyone missing was changed by somebody else in between."""
    if not changes:
        return frozenset()
    common = {
        "school": school_id,
        "day": day,
        "reason": reason,
        "actor_id": marker.person_id,
        "actor_name": marker.name,
        "actor_role": marker.role,
        "actor_source": int(marker.source),
        "request_id": marker.request_id,
        "address": marker.address,
        "job_id": marker.job_id,
    }
    columns = {name: [read(change) for change in changes] for name, read in _COLUMNS.items()}
    return frozenset(db.session.scalars(_store, common | columns))


def noted(mark: StaffMark) -> dict[str, Any]:
    """A mark as the audit remembers it."""
    return {
        "status": mark.status.value,
        "code": mark.code,
        "checked_in_at": moment(mark.checked_in_at),
        "checked_out_at": moment(mark.checked_out_at),
        "remarks": mark.remarks,
        "source": mark.source.name,
        "version": mark.version,
    }


_COLUMNS: Mapping[str, Callable[[StaffChange], Any]] = {
    "people": lambda change: change.person_id,
    "statuses": lambda change: change.mark.status.value,
    "codes": lambda change: change.mark.code,
    "arrivals": lambda change: change.mark.checked_in_at,
    "departures": lambda change: change.mark.checked_out_at,
    "remarks": lambda change: change.mark.remarks,
    "sources": lambda change: int(change.mark.source),
    "markers": lambda change: change.mark.marked_by,
    "moments": lambda change: change.mark.marked_at,
    "versions": lambda change: change.mark.version,
    "notes": lambda _: new_id(),
    "befores": lambda change: Jsonb(noted(change.before)) if change.before else None,
    "afters": lambda change: Jsonb(noted(change.mark)),
}
