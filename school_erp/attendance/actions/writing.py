"""The rows of a marking: marks with their audit in one statement, and the registers in another."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from school_erp.attendance.actions.announcing import Told, announce_marks
from school_erp.attendance.happenings import MarkMade, MarksMade
from school_erp.attendance.marking import Mark, Marking, Record
from school_erp.attendance.queries.ground import Place
from school_erp.core.happenings import tell
from school_erp.core.ids import new_id
from school_erp.extensions import db

# A row is only replaced at the version that was judged; another writer in between means that it
# does not come back, and that nothing is noted of it.
_store = text("""
    WITH asked AS (
        SELECT * FROM jsonb_to_recordset(:rows) AS r (
            student_id uuid, section_id uuid, status text, code text, minutes_late smallint,
            arrived_at timestamptz, remarks text, marked_at timestamptz, version integer,
            note_id uuid, before jsonb, after jsonb, device_time timestamptz)
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
    WHERE school_id = :school AND date = :day AND slot = :slot AND section_id = ANY(:sections)
    RETURNING section_id, version, state, taken_by""")


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
    # one document of rows is sent several times as quickly as a dozen arrays
    rows = Jsonb([_row(change) for change in changes], dumps=_dumps)
    stored = frozenset(db.session.scalars(_store, common | {"rows": rows}))
    both = [mark for change in changes for mark in (change.mark, change.before) if mark]
    sections = sorted({mark.section_id for mark in both})
    touch = common | {"sections": sections, "taker": marking.marker.person_id}
    registers = db.session.execute(_touch, touch).all()
    done = [change for change in changes if change.record.student_id in stored]
    told = [Told(each.record.student_id, each.mark.section_id, each.mark) for each in done]
    announce_marks(place, told, {each.section_id: each.version for each in registers})
    made = [MarkMade(each.record.student_id, each.before, each.mark) for each in done]
    tell(MarksMade(place, marking.marker, made, registers))
    return stored


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


def _row(change: Change) -> dict[str, Any]:
    mark, before = change.mark, change.before
    return {
        "student_id": change.record.student_id,
        "section_id": mark.section_id,
        "status": mark.status,
        "code": mark.code,
        "minutes_late": mark.minutes_late,
        "arrived_at": mark.arrived_at,
        "remarks": mark.remarks,
        "marked_at": mark.marked_at,
        "version": mark.version,
        "note_id": new_id(),
        "before": noted(before) if before else None,
        "after": noted(mark),
        "device_time": change.record.marked_at,
    }


def _plain(value: UUID | dt.datetime) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


_dumps = partial(json.dumps, default=_plain)


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
