"""A job as its page shows it: how far it is, what was not stored and why, what may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from school_erp.attendance.actions.answering import full_counts
from school_erp.attendance.queries.around import names_of
from school_erp.attendance.queries.jobs import jobs_page, left_by, read_again, undone_by
from school_erp.core.clock import now
from school_erp.core.paging import Page
from school_erp.jobs.estimating import expected_end
from school_erp.jobs.events import JOB
from school_erp.jobs.models import Job
from school_erp.jobs.progress import percent
from school_erp.realtime.showing import shown_rooms


@dataclass(frozen=True, slots=True)
class JobShown:
    job: Job
    requested_by: str
    undone_by: UUID | None

    @property
    def counts(self) -> dict[str, int]:
        return full_counts(self.job.counts)

    @property
    def stored(self) -> int:
        return self.counts["created"] + self.counts["changed"]

    @property
    def left(self) -> int:
        """How many records were not stored, for whatever reason."""
        return sum(self.counts[each] for each in ("kept", "conflict", "rejected"))

    @property
    def to_do(self) -> int:
        return self.job.total - self.job.done

    @property
    def percent(self) -> int:
        return percent(self.job.done, self.job.total)

    @property
    def seconds_left(self) -> int | None:
        at = now()
        end = expected_end(self.job, at)
        return max(1, round((end - at).total_seconds())) if end else None

    @property
    def is_finished(self) -> bool:
        return self.job.finished_at is not None

    @property
    def may_go_on(self) -> bool:
        return self.job.state in ("failed", "cancelled") and self.undone_by is None

    @property
    def may_try_the_rest(self) -> bool:
        is_marking = self.job.undoes is None and self.undone_by is None
        return self.job.state == "done" and is_marking and self.counts["rejected"] > 0

    @property
    def may_be_undone(self) -> bool:
        return self.is_finished and self.stored > 0 and self.undone_by is None


@dataclass(frozen=True, slots=True)
class LeftRecord:
    """A record that was not stored, in words."""

    name: str
    day: dt.date | None
    slot: int | None
    outcome: str
    code: str
    why: str


def job_list(
    asked: Mapping[str, Any], requested_by: UUID | None
) -> tuple[Page[JobShown], dict[str, int]]:
    """The jobs, and the rooms of those under way."""
    page = jobs_page(asked, requested_by)
    rooms = rooms_of(page.items)
    return Page(_shown(page.items), page.next_cursor), rooms


def rooms_of(jobs: Sequence[Job]) -> dict[str, int]:
    """Of those under way, which are then read again: what happened in between is on the page."""
    under_way = [job for job in jobs if job.finished_at is None]
    if not under_way:
        return {}
    rooms = shown_rooms(*(JOB.of(job.id) for job in under_way))
    read_again(under_way)
    return rooms


def job_shown(job: Job) -> JobShown:
    return _shown([job])[0]


def left_shown(job: Job, cursor: str | None) -> Page[LeftRecord]:
    page = left_by(job, cursor)
    names = names_of(job.school_id, [UUID(record["student_id"]) for record in page.items])
    return Page([_left(record, names) for record in page.items], page.next_cursor)


def _shown(jobs: Sequence[Job]) -> list[JobShown]:
    undone = undone_by(jobs)
    names = names_of(jobs[0].school_id, [job.requested_by for job in jobs]) if jobs else {}
    return [
        JobShown(
            job, names.get(job.requested_by, "") if job.requested_by else "", undone.get(job.id)
        )
        for job in jobs
    ]


def _left(record: dict[str, Any], names: Mapping[UUID, str]) -> LeftRecord:
    day, mark = record.get("date"), record["mark"]
    return LeftRecord(
        name=names.get(UUID(record["student_id"])) or str(_("A student no longer known")),
        day=dt.date.fromisoformat(day) if day else None,
        slot=record.get("slot"),
        outcome=record["outcome"],
        code=mark["code"] if mark else "",
        why=_why(record),
    )


def _why(record: dict[str, Any]) -> str:
    if "error" in record:
        return str(record["error"]["message"])
    if record["outcome"] == "kept":
        return str(_("A mark stands that this job may not overwrite."))
    return str(_("Somebody changed this mark in the meantime."))
