"""Jobs as rows, without what an object of the session costs: they are stored by every bulk mark."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from school_erp.core.direct import Statement
from school_erp.extensions import db
from school_erp.jobs.leases import Done
from school_erp.jobs.models import Job

_store_waiting = Statement("""
    INSERT INTO job (school_id, id, kind, payload, requested_by, total)
    VALUES (:school, :job, :kind, :payload, :requested_by, :total)""")

_store_done = Statement("""
    WITH stored AS (
        INSERT INTO job (school_id, id, kind, payload, requested_by, total, state, done, counts,
                         attempts, fence, chunks_done, created_at, started_at, finished_at)
        VALUES (:school, :job, :kind, :payload, :requested_by, :total, :state, :done, :counts,
                1, 1, 1, :at, :at, :at)
    )
    INSERT INTO job_chunk (school_id, job_id, number, records)
    VALUES (:school, :job, 0, CAST(:records AS jsonb))""")


def store_waiting(job: Job) -> None:
    _store_waiting.rows(db.session, _columns(job))


def store_as_done(job: Job, done: Done) -> None:
    """With the one part that it had."""
    ended = {
        "state": job.state,
        "done": job.done,
        "counts": Jsonb(job.counts),
        "at": job.finished_at,
        "records": done.kept,
    }
    _store_done.rows(db.session, _columns(job) | ended)


def _columns(job: Job) -> dict[str, object]:
    return {
        "school": job.school_id,
        "job": job.id,
        "kind": job.kind,
        "payload": Jsonb(job.payload),
        "requested_by": job.requested_by,
        "total": job.total,
    }
