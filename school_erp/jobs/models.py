from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.models import Identified, Model, OfOneSchool, same_school

_UNFINISHED = text("state IN ('queued', 'running')")


class Job(Identified, Model):
    """Background work that must not be lost: RQ only carries its name about."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", "state"),
        Index("ix_job_by_requester", "school_id", "requested_by", "created_at"),
        # nothing is undone twice
        Index(
            "ix_job_undoes",
            "school_id",
            "undoes",
            unique=True,
            postgresql_where=text("undoes IS NOT NULL"),
        ),
        Index("ix_job_unfinished", "run_after", postgresql_where=_UNFINISHED),
    )

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    # large, and only for whoever does the work
    payload: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    requested_by: Mapped[UUID | None]
    undoes: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    chunks_done: Mapped[int] = mapped_column(default=0, server_default="0")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    failure: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    # of workers, in the middle of an attempt
    deaths: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    cancel_asked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    lease_owner: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None]
    # whoever holds an older number has lost the job and may write nothing more
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    run_after: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]


class JobChunk(OfOneSchool, Model):
    """What one part of a job did, stored together with its effects, so that no part runs twice."""

    __tablename__ = "job_chunk"
    __table_args__ = (same_school("job_id", "job"),)

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    records: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
