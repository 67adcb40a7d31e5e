from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import quoted
from school_erp.core.models import Identified, Model, OfOneSchool, same_school
from school_erp.live.vocabulary import Decision, Proof, State

_OPEN = text("state <> 'ended'")


class LiveGroup(Identified, Model):
    """Sessions of several classes that share a room, a code and a wall."""

    __tablename__ = "live_group"

    started_by: Mapped[UUID | None]


class LiveSession(Identified, Model):
    """A class that checks in by code, on a date in a slot."""

    __tablename__ = "live_session"
    __table_args__ = (
        same_school("section_id", "section"),
        same_school("group_id", "live_group"),
        CheckConstraint(f"state IN ({quoted(State)})", "state"),
        CheckConstraint("(ended_at IS NULL) = (state <> 'ended')", "ended"),
        CheckConstraint("(latitude IS NULL) = (fence_metres IS NULL)", "fence"),
        Index("ix_live_session_by_group", "school_id", "group_id"),
        Index("ix_live_session_by_section", "school_id", "section_id", "date"),
        Index("ix_live_session_by_start", "school_id", "started_at", "id"),
        # a class is in one place at a time
        Index(
            "ix_live_session_open",
            "school_id",
            "section_id",
            "date",
            "slot",
            unique=True,
            postgresql_where=_OPEN,
        ),
    )

    group_id: Mapped[UUID | None]
    section_id: Mapped[UUID]
    date: Mapped[dt.date]
    slot: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(server_default=State.RUNNING)
    locked: Mapped[bool] = mapped_column(server_default=text("false"))
    qr_visible: Mapped[bool] = mapped_column(server_default=text("true"))
    single_use: Mapped[bool] = mapped_column(server_default=text("false"))
    join_required: Mapped[bool] = mapped_column(server_default=text("false"))
    step_seconds: Mapped[int] = mapped_column(SmallInteger)
    # from when minutes late are counted, and how many of them are none
    begins_at: Mapped[dt.datetime]
    late_after_minutes: Mapped[int] = mapped_column(SmallInteger)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    fence_metres: Mapped[int | None]
    fence_strict: Mapped[bool] = mapped_column(server_default=text("false"))
    started_by: Mapped[UUID | None]
    starter_name: Mapped[str] = mapped_column(server_default="")
    # the role in which the starter marks
    starter_role: Mapped[str]
    started_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class CheckIn(OfOneSchool, Model):
    """What one student did in one session."""

    __tablename__ = "check_in"
    __table_args__ = (
        same_school("session_id", "live_session"),
        same_school("student_id", "person"),
        CheckConstraint(f"decision IN ({quoted(Decision)})", "decision"),
        CheckConstraint(f"proof IN ({quoted(Proof)})", "proof"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", "location"),
        Index("ix_check_in_by_time", "school_id", "session_id", "attended_at"),
        Index("ix_check_in_by_student", "school_id", "student_id", "joined_at"),
        Index("ix_check_in_untold", "school_id", "session_id", postgresql_where=text("NOT told")),
        Index(
            "ix_check_in_located",
            "school_id",
            "joined_at",
            postgresql_where=text("latitude IS NOT NULL"),
        ),
    )

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    joined_at: Mapped[dt.datetime]
    # when the server accepted it, and when the code was seen
    attended_at: Mapped[dt.datetime | None]
    seen_at: Mapped[dt.datetime | None]
    device_time: Mapped[dt.datetime | None]
    proof: Mapped[str | None]
    claim_id: Mapped[UUID | None]
    # a digest that means something inside this session or group alone
    device: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    distance: Mapped[int | None]
    flags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    decision: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[dt.datetime | None]
    # what became of the mark, and which version of it is ours
    outcome: Mapped[str | None]
    mark_version: Mapped[int | None]
    # whether watchers have heard of the row as it is
    told: Mapped[bool] = mapped_column(server_default=text("false"))


class LivePulse(OfOneSchool, Model):
    """When the watchers of a session or group were last told, by whichever process."""

    __tablename__ = "live_pulse"

    live_id: Mapped[UUID] = mapped_column(primary_key=True)
    check_ins_told_at: Mapped[dt.datetime] = mapped_column(server_default=text("'1970-01-01'"))
    stats_told_at: Mapped[dt.datetime] = mapped_column(server_default=text("'1970-01-01'"))
    stats_due: Mapped[bool] = mapped_column(server_default=text("false"))
