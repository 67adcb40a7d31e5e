from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.ids import new_id
from school_erp.core.models import Model, OfOneSchool


class AuditEntry(OfOneSchool, Model):
    """One change: what, before, after, who, when and why. Rows are only ever added."""

    __tablename__ = "attendance_audit_log"
    __table_args__ = (
        Index("ix_audit_by_student", "school_id", "student_id", "date"),
        Index("ix_audit_by_section", "school_id", "section_id", "date"),
        Index(
            "ix_audit_by_person",
            "school_id",
            "person_id",
            "date",
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index("ix_audit_by_actor", "school_id", "actor_id", "at"),
        Index("ix_audit_by_transaction", "school_id", "transaction", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    what: Mapped[str]
    student_id: Mapped[UUID | None]
    section_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    date: Mapped[dt.date | None]
    slot: Mapped[int | None] = mapped_column(SmallInteger)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(server_default="")
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(server_default="")
    actor_role: Mapped[str] = mapped_column(server_default="")
    source: Mapped[int | None] = mapped_column(SmallInteger)
    request_id: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    job_id: Mapped[UUID | None]
    device_time: Mapped[dt.datetime | None]
    at: Mapped[dt.datetime] = mapped_column(server_default=text("clock_timestamp()"))
    # in the order of transactions, so that sealing can follow marking without holding it up
    transaction: Mapped[int] = mapped_column(
        BigInteger, server_default=text("audit_position(pg_current_xact_id())")
    )


class AuditSeal(OfOneSchool, Model):
    """A link of the chain: these entries, in this order, after that link."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True)
    below: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int]
    # of each entry its id and a digest, so that a fault can be named
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
