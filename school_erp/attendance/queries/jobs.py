from __future__ import annotations

from typing import Any

from sqlalchemy import select

from school_erp.extensions import db
from school_erp.jobs.models import Job, JobChunk


def records_of(job: Job) -> list[dict[str, Any]]:
    """What became of each record, in the order in which they came."""
    chunks = db.session.scalars(
        select(JobChunk.records)
        .where(JobChunk.school_id == job.school_id, JobChunk.job_id == job.id)
        .order_by(JobChunk.number)
    )
    return [record for records in chunks for record in records]
