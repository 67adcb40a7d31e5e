from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from school_erp.core.alike import each_in_sql, each_of
from school_erp.core.paging import LIMIT, Page, page_of, read_cursor, write_cursor
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.jobs.models import Job, JobChunk

_left = text(f"""
    SELECT c.number, r.place,
           jsonb_build_object('student_id', r.id) || r.said AS record
    FROM job_chunk c CROSS JOIN LATERAL ({each_in_sql("c.records")}) AS r
    WHERE c.school_id = :school AND c.job_id = :job AND c.number >= :number
      AND (c.number, r.place) > (:number, :place)
      AND r.said ->> 'outcome' IN ('kept', 'conflict', 'rejected')
    ORDER BY c.number, r.place LIMIT :limit""")  # noqa: S608 - our own names


def jobs_page(asked: Mapping[str, Any], requested_by: UUID | None) -> Page[Job]:
    """Newest first; one person's alone where one is named."""
    query = select(Job).where(Job.school_id == current_school_id())
    if requested_by is not None:
        query = query.where(Job.requested_by == requested_by)
    for name in ("state", "kind"):
        if asked.get(name):
            query = query.where(getattr(Job, name) == asked[name])
    return page_of(
        db.session(),
        query,
        order=(Job.id.expression,),
        position=lambda job: (job.id,),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
        descending=True,
    )


def read_again(jobs: Sequence[Job]) -> None:
    """As they stand now."""
    newer = select(Job).where(
        Job.school_id == current_school_id(), Job.id.in_([job.id for job in jobs])
    )
    db.session.scalars(newer.execution_options(populate_existing=True)).all()


def undone_by(jobs: Sequence[Job]) -> dict[UUID, UUID]:
    """For each of them that was undone, the job that did or does it."""
    rows = db.session.execute(
        select(Job.undoes, Job.id).where(
            Job.school_id == current_school_id(), Job.undoes.in_([job.id for job in jobs])
        )
    )
    return {row.undoes: row.id for row in rows}


def records_of(job: Job) -> list[dict[str, Any]]:
    """What became of each record, in the order in which they came."""
    chunks = db.session.scalars(
        select(JobChunk.records)
        .where(JobChunk.school_id == job.school_id, JobChunk.job_id == job.id)
        .order_by(JobChunk.number)
    )
    return [
        {"student_id": student_id, **said} for kept in chunks for student_id, said in each_of(kept)
    ]


def left_by(job: Job, cursor: str | None = None, limit: int = LIMIT) -> Page[dict[str, Any]]:
    """The records that were not stored, with the mark that stands or the reason."""
    number, place = read_cursor(cursor, [int, int]) if cursor else (0, 0)
    asked = {"school": job.school_id, "job": job.id, "number": number, "place": place}
    rows = db.session.execute(_left, asked | {"limit": limit + 1}).all()
    more = write_cursor(rows[limit - 1][:2]) if len(rows) > limit else None
    return Page([row.record for row in rows[:limit]], more)
