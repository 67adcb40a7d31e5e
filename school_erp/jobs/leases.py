"""Who works on a job. A lease that runs out, or a newer fence, takes the job away."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from school_erp.core.direct import Rows, Statement
from school_erp.extensions import db

SECONDS = 30
ATTEMPTS = 3
# a worker's death is hardly ever its job's fault, so many of them are borne with
DEATHS = 8
BACKOFF_SECONDS = 5

_claim = Statement("""
    UPDATE job SET state = 'running', lease_owner = :owner, fence = fence + 1,
           lease_until = clock_timestamp() + make_interval(secs => :seconds),
           attempts = attempts + (state = 'queued')::integer,
           deaths = deaths + (state = 'running')::integer,
           started_at = coalesce(started_at, now())
    WHERE school_id = :school AND id = :job
      AND (state = 'queued' AND run_after <= clock_timestamp()
           OR state = 'running' AND lease_until < clock_timestamp())
    RETURNING fence, kind, payload, attempts, deaths, total, done, chunks_done, cancel_asked,
              requested_by, undoes, counts""")

_GOES_ON = "lease_until = clock_timestamp() + make_interval(secs => :seconds)"
_ENDS = """state = 'done', failure = NULL, finished_at = now(),
               lease_owner = NULL, lease_until = NULL"""


def _advancing(then: str) -> Statement:
    return Statement(f"""
    WITH advanced AS (
        UPDATE job SET done = done + :size, chunks_done = :chunk + 1, counts = :counts,
               {then}
        WHERE school_id = :school AND id = :job AND fence = :fence AND state = 'running'
          AND chunks_done = :chunk
        RETURNING done, total, cancel_asked
    ), kept AS (
        INSERT INTO job_chunk (school_id, job_id, number, records)
        SELECT :school, :job, :chunk, CAST(:records AS jsonb) FROM advanced
    )
    SELECT done, total, cancel_asked FROM advanced""")  # noqa: S608 - our own words


_advance, _advance_to_the_end = _advancing(_GOES_ON), _advancing(_ENDS)

_finish = Statement("""
    UPDATE job SET state = :state, failure = :failure, finished_at = now(),
           lease_owner = NULL, lease_until = NULL
    WHERE school_id = :school AND id = :job AND fence = :fence AND state = 'running'
    RETURNING id""")

_hand_back = Statement("""
    UPDATE job SET state = 'queued', lease_owner = NULL, lease_until = NULL,
           run_after = now() + make_interval(secs => :backoff), failure = :failure
    WHERE school_id = :school AND id = :job AND fence = :fence AND state = 'running'
    RETURNING id""")


@dataclass(frozen=True, slots=True)
class Done:
    """What a part of a job did: how many records came to which outcome, and what is kept of it."""

    counts: Mapping[str, int]
    # written as JSON
    kept: str

    @property
    def size(self) -> int:
        return sum(self.counts.values())


class LeaseLost(Exception):
    """Somebody else works on this job now; what this one was about to write must not be."""


@dataclass(frozen=True, slots=True)
class Lease:
    school_id: UUID
    job_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Claimed:
    lease: Lease
    kind: str
    payload: dict[str, Any]
    attempts: int
    deaths: int
    total: int
    done: int
    chunks_done: int
    cancel_asked: bool
    requested_by: UUID | None
    undoes: UUID | None
    counts: dict[str, int]
    # by the one who asked for it, who is answered as soon as it ends
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int
    cancel_asked: bool


def claim(school_id: UUID, job_id: UUID) -> Claimed | None:
    """The job, if it waits for somebody; nobody else gets it while the lease lasts."""
    asked = {"school": school_id, "job": job_id, "owner": _owner(), "seconds": SECONDS}
    for fence, *found in _claim.rows(db.session, asked):
        return Claimed(Lease(school_id, job_id, fence), *found)
    return None


def advance(
    lease: Lease, chunk: int, done: Done, counts: dict[str, int], *, last: bool
) -> Progress:
    """Count a chunk as done and keep what it did, in the transaction of its effects.

    The lease goes on from here, or with the last one the job is done.
    """
    step = {
        "chunk": chunk,
        "size": done.size,
        "records": done.kept,
        "counts": Jsonb(counts),
        "seconds": SECONDS,
    }
    statement = _advance_to_the_end if last else _advance
    return Progress(*_held(statement.rows(db.session, _of(lease) | step)))


def finish(lease: Lease, state: str, failure: str | None = None) -> None:
    asked = _of(lease) | {"state": state, "failure": failure}
    _held(_finish.rows(db.session, asked))


def hand_back(lease: Lease, failure: str) -> None:
    """Let it be tried again, after a pause."""
    asked = _of(lease) | {"failure": failure, "backoff": BACKOFF_SECONDS}
    _held(_hand_back.rows(db.session, asked))


def _held(rows: Rows) -> tuple[Any, ...]:
    if not rows:
        raise LeaseLost
    return rows[0]


def _of(lease: Lease) -> dict[str, Any]:
    return {"school": lease.school_id, "job": lease.job_id, "fence": lease.fence}


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
