"""What a job did to marks, and whether anybody did something to them since: read from the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from school_erp.attendance.queries.ground import Place
from school_erp.core.alike import each_in_sql
from school_erp.extensions import db
from school_erp.jobs.models import Job

_made = text(f"""
    SELECT DISTINCT a.date, a.slot, a.section_id, a.student_id
    FROM job_chunk c CROSS JOIN LATERAL ({each_in_sql("c.records")}) AS r
    JOIN attendance_audit_log a
      ON a.school_id = c.school_id AND a.student_id = CAST(r.id AS uuid)
     AND a.date = ANY(:days) AND a.job_id = c.job_id AND a.what = 'mark'
    WHERE c.school_id = :school AND c.job_id = :job
      AND r.said ->> 'outcome' IN ('created', 'changed')
    ORDER BY a.date, a.slot, a.section_id, a.student_id""")  # noqa: S608 - our own names

# who had marked before stands in the entry before the last one
_last = text("""
    SELECT w.student_id, last.job_id, last.before, last.after, last.section_id,
           earlier.actor_id AS marked_by,
           coalesce(earlier.device_time, earlier.at, last.at) AS marked_at,
           coalesce(earlier.section_id, last.section_id) AS marked_in
    FROM unnest(CAST(:students AS uuid[])) AS w (student_id)
    JOIN LATERAL (
        SELECT * FROM attendance_audit_log a
        WHERE a.school_id = :school AND a.student_id = w.student_id AND a.date = :day
          AND a.slot = :slot AND a.what = 'mark'
        ORDER BY a.at DESC LIMIT 1) AS last ON true
    LEFT JOIN LATERAL (
        SELECT * FROM attendance_audit_log a
        WHERE a.school_id = :school AND a.student_id = w.student_id AND a.date = :day
          AND a.slot = :slot AND a.what = 'mark' AND a.at < last.at
        ORDER BY a.at DESC LIMIT 1) AS earlier ON true""")


@dataclass(frozen=True, slots=True)
class LastChange:
    """The latest that was done to a mark, and whose the mark was before."""

    job_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    marked_by: UUID | None
    marked_at: dt.datetime
    marked_in: UUID

    @property
    def version(self) -> int:
        """That of the mark it left; none where it left no mark."""
        return int(self.after["version"]) if self.after else 0


def marks_made_by(job: Job) -> Sequence[Row[Any]]:
    """Date, slot, class and student of each mark that the job made, changed or took away."""
    markings = job.payload.get("markings", [job.payload])
    days = {dt.date.fromisoformat(each["date"]) for each in markings if "date" in each}
    asked = {"school": job.school_id, "job": job.id, "days": sorted(days)}
    return db.session.execute(_made, asked).all()


def last_changes(place: Place, students: Iterable[UUID]) -> dict[UUID, LastChange]:
    asked = {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "students": list(students),
    }
    names = LastChange.__dataclass_fields__
    return {
        row["student_id"]: LastChange(**{name: row[name] for name in names})
        for row in db.session.execute(_last, asked).mappings()
    }
