"""Undoing what a job did, as a job of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row

from school_erp.attendance.actions.answering import done_with
from school_erp.attendance.actions.bulk import parts_of
from school_erp.attendance.actions.packing import packed_marker, packed_records, unpacked
from school_erp.attendance.actions.withdrawing import take_back
from school_erp.attendance.errors import AlreadyUndone, NothingToUndo
from school_erp.attendance.marking import Marker, Record
from school_erp.attendance.queries.jobs import undone_by
from school_erp.attendance.queries.undoing import marks_made_by
from school_erp.core.ids import new_id
from school_erp.extensions import db
from school_erp.jobs.errors import JobUnfinished
from school_erp.jobs.leases import Claimed, Done
from school_erp.jobs.models import Job

KIND = "attendance.undo"


def accept_undo(job: Job, marker: Marker, reason: str = "") -> Job:
    """Store the job that takes back what this one did; nothing is taken back yet."""
    if job.finished_at is None:
        raise JobUnfinished
    refuse_undone(job)
    made = marks_made_by(job)
    if not made:
        raise NothingToUndo
    undo = Job(
        school_id=job.school_id,
        id=new_id(),
        kind=KIND,
        undoes=job.id,
        payload={
            "marker": packed_marker(marker),
            "reason": reason or _("Undone as a whole"),
            "markings": _markings(made),
        },
        requested_by=marker.person_id,
        total=len(made),
    )
    db.session.add(undo)
    db.session.flush()
    return undo


@dataclass(frozen=True, slots=True)
class UndoJobs:
    """The kind of job whose parts take marks back."""

    def chunks(self, job: Claimed) -> Sequence[dict[str, Any]]:
        return parts_of(job.payload["markings"])

    def work(self, job: Claimed, part: dict[str, Any]) -> Done:
        assert job.undoes is not None  # noqa: S101 - `accept_undo` says what it undoes
        marking = unpacked(job, job.payload | part, part["records"])
        where = {"date": part["date"], "slot": part["slot"]}
        return done_with(take_back(marking, job.undoes).answers, where)


def refuse_undone(job: Job) -> None:
    if undone_by([job]):
        raise AlreadyUndone


def _markings(made: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "date": day.isoformat(),
            "slot": slot,
            "records": packed_records([Record(row.student_id, row.section_id) for row in rows]),
        }
        for (day, slot), rows in groupby(made, key=lambda row: (row.date, row.slot))
    ]
