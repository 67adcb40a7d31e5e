"""The rows of a marking: marks with their audit in one statement, and the registers in another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from school_erp.attendance.marking import Mark, Marking, Record
from school_erp.attendance.queries.ground import Place
from school_erp.core.ids import new_id
from school_erp.extensions import db

# A row is only replaced at the version that was judged; another writer in between means that it
# does not come back, and that nothing is noted of it.
_store = text("""
    WITH asked AS (
        SELECT * FROM unnest(
            CAST(:students AS uuid[]), CAST(:sections AS uuid[]), CAST(:statuses AS text[]),
            CAST(:codes AS text[]), CAST(:minutes AS smallint[]), CAST(:arrivals AS timestamptz[]),
            CAST(:remarks AS text[]), CAST(:moments AS timestamptz[]),
            CAST(:versions AS integer[]), CAST(:notes AS uuid[]), CAST(:befores AS jsonb[]),
            CAST(:afters AS jsonb[]), CAST(:device_times AS timestamptz[]))
            AS r (student_id, section_id, status, code, minutes_late, arrived_at, remarks,
                  marked_at, version, note_id, before, after, device_time)
    ), stored AS (
        INSERT INTO student_attendance AS m (
            school_id, student_id, date, slot, section_id, status, code, minutes_late, arrived_at,
            remarks, source, marked_by, marked_at, received_at, version)
        SELECT :school, student_id, :day, :slot, section_id, status, code, minutes_late,
               arrived_at, remarks, :source, :marked_by, marked_at, :received_at, version
        FROM asked
        ON CONFLICT (school_id, student_id, date, slot) DO UPDATE SET
            section_id = excluded.section_id, status = excluded.status, code = excluded.code,
            minutes_late = excluded.minutes_late, arrived_at = excluded.arrived_at,
            remarks = excluded.remarks, source = excluded.source, marked_by = excluded.marked_by,
            marked_at = excluded.marked_at, received_at = excluded.received_at,
            version = excluded.version
        WHERE m.version = excluded.version - 1
        RETURNING m.student_id
    ), noted AS (
        INSERT INTO attendance_audit_log (
            school_id, id, what, student_id, section_id, date, slot, before, after, reason,
            actor_id, actor_name, actor_role, source, request_id, address, job_id, device_time)
        SELECT :school, note_id, 'mark', student_id, section_id, :day, :slot, before, after,
               :reason, :actor_id, :actor_name, :actor_role, :source, :request_id, :address,
               :job_id, device_time
        FROM asked JOIN stored USING (student_id)
    )
    SELECT student_id FROM stored""")

_touch = text("""
    UPDATE register SET version = version + 1,
           taken_by = coalesce(taken_by, :taker), taken_at = coalesce(taken_at, :received_at)
    WHERE school_id = :school AND date = :day AND slot = :slot AND section_id = ANY(:sections)""")


@dataclass(frozen=True, slots=True)
class Change:
    record: Record
    mark: Mark
    before: Mark | None


def write_changes(
    place: Place, marking: Marking, changes: Sequence[Change], received_at: dt.datetime
) -> frozenset[UUID]:
    """Whose marks were stored; anyone missing was changed by somebody else in between."""
    if not changes:
        return frozenset()
    common = common_columns(place, marking, received_at)
    stored = db.session.scalars(_store, common | _columns(changes)).all()
    sections = sorted({change.mark.section_id for change in changes})
    db.session.execute(_touch, common | {"sections": sections, "taker": marking.marker.person_id})
    return frozenset(stored)


def common_columns(place: Place, marking: Marking, received_at: dt.datetime) -> dict[str, Any]:
    marker = marking.marker
    return {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "source": int(marker.source),
        "marked_by": marker.person_id,
        "received_at": received_at,
        "reason": marking.reason,
        "actor_id": marker.person_id,
        "actor_name": marker.name,
        "actor_role": marker.role,
        "request_id": marker.request_id,
        "address": marker.address,
        "job_id": marker.job_id,
    }


_COLUMNS: Mapping[str, Callable[[Change], Any]] = {
    "students": lambda change: change.record.student_id,
    "sections": lambda change: change.mark.section_id,
    "statuses": lambda change: change.mark.status.value,
    "codes": lambda change: change.mark.code,
    "minutes": lambda change: change.mark.minutes_late,
    "arrivals": lambda change: change.mark.arrived_at,
    "remarks": lambda change: change.mark.remarks,
    "moments": lambda change: change.mark.marked_at,
    "versions": lambda change: change.mark.version,
    "notes": lambda _: new_id(),
    "befores": lambda change: Jsonb(noted(change.before)) if change.before else None,
    "afters": lambda change: Jsonb(noted(change.mark)),
    "device_times": lambda change: change.record.marked_at,
}


def _columns(changes: Sequence[Change]) -> dict[str, list[Any]]:
    return {name: [read(change) for change in changes] for name, read in _COLUMNS.items()}


def noted(mark: Mark) -> dict[str, Any]:
    """A mark as the audit remembers it."""
    said = {
        "status": mark.status.value,
        "code": mark.code,
        "minutes_late": mark.minutes_late,
        "remarks": mark.remarks,
        "source": mark.source.name,
        "version": mark.version,
    }
    if mark.arrived_at:
        said["arrived_at"] = mark.arrived_at.isoformat()
    return said
