from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import quoted
from school_erp.core.languages import LANGUAGES
from school_erp.core.models import Identified, Model, same_school
from school_erp.messages.vocabulary import Channel, HoldReason, Kind, Outcome, State


class MessageHold(Identified, Model):
    """Why messages wait for a person, and what that person decided."""

    __tablename__ = "message_hold"
    __table_args__ = (
        same_school("section_id", "section"),
        CheckConstraint(f"reason IN ({quoted(HoldReason)})", "reason"),
        CheckConstraint("decision IN ('released', 'dropped', 'lifted')", "decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", "decided"),
        # of a class, or of the whole school, at one time
        Index(
            "uq_message_hold_open",
            "school_id",
            "reason",
            "date",
            text("coalesce(slot, -1)"),
            text("coalesce(section_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
            unique=True,
            postgresql_where=text("decision IS NULL"),
        ),
    )

    reason: Mapped[str]
    date: Mapped[dt.date]
    slot: Mapped[int | None] = mapped_column(SmallInteger)
    section_id: Mapped[UUID | None]
    # what made it: how many were absent, of how many, and what is usual
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    # when the first family would have heard
    due_at: Mapped[dt.datetime | None]
    # lifted: by itself, as the marks were put right
    decision: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[UUID | None]


class Message(Identified, Model):
    """One message to one adult on one channel: due, and then what became of it.

    Text and address are set when it is first handed over, and stay what was sent.
    """

    __tablename__ = "message"
    __table_args__ = (
        same_school("student_id", "person"),
        same_school("guardian_id", "person"),
        same_school("hold_id", "message_hold"),
        UniqueConstraint(
            *("school_id", "student_id", "date", "slot", "guardian_id", "channel", "kind", "again"),
            name="uq_message_once",
        ),
        CheckConstraint(f"kind IN ({quoted(Kind)})", "kind"),
        CheckConstraint(f"channel IN ({quoted(Channel)})", "channel"),
        CheckConstraint(f"state IN ({quoted(State)})", "state"),
        CheckConstraint("state <> 'held' OR hold_id IS NOT NULL", "held_by"),
        Index(
            "ix_message_due",
            "school_id",
            "due_at",
            postgresql_where=text("state IN ('waiting', 'sending', 'unknown')"),
        ),
        Index("ix_message_by_time", "school_id", "created_at", "id"),
        Index("ix_message_by_guardian", "school_id", "guardian_id", "created_at"),
        # most messages are in no hold, and when they are written no provider knows them
        Index(
            *("ix_message_by_hold", "school_id", "hold_id"),
            postgresql_where=text("hold_id IS NOT NULL"),
        ),
        Index(
            *("ix_message_by_provider_id", "provider_id"),
            postgresql_where=text("provider_id IS NOT NULL"),
        ),
    )

    kind: Mapped[str]
    student_id: Mapped[UUID]
    date: Mapped[dt.date]
    slot: Mapped[int] = mapped_column(SmallInteger)
    guardian_id: Mapped[UUID]
    channel: Mapped[str]
    # an absence after it had been told as put right, and what puts that right
    again: Mapped[bool] = mapped_column(server_default=text("false"))
    # of the adult, when it was written: who is called first also hears first
    call_order: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    section_id: Mapped[UUID | None]
    # what the text needs and rows may no longer say: the mark, minutes late, a request's id
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(server_default=State.WAITING)
    # when it may leave, or be tried or looked up again
    due_at: Mapped[dt.datetime]
    hold_id: Mapped[UUID | None]
    # why it was cancelled or failed, as a word of the package's wording
    reason: Mapped[str | None]
    language: Mapped[str | None]
    address: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    # of an SMS: how many are paid for
    segments: Mapped[int | None] = mapped_column(SmallInteger)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    lease_owner: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None]
    # the name it has with the provider
    provider_id: Mapped[str | None]
    sent_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]


class MessageAttempt(Identified, Model):
    """One try to hand it over, one look at what became of it, or one word of the provider."""

    __tablename__ = "message_attempt"
    __table_args__ = (
        same_school("message_id", "message"),
        CheckConstraint("kind IN ('send', 'lookup', 'callback')", "kind"),
        CheckConstraint(f"outcome IN ({quoted(Outcome)})", "outcome"),
        Index("ix_message_attempt_by_message", "school_id", "message_id", "created_at"),
    )

    message_id: Mapped[UUID]
    kind: Mapped[str]
    # none while it is under way, and where the worker died in the middle of it
    outcome: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    provider: Mapped[str]
    provider_id: Mapped[str | None]
    detail: Mapped[str] = mapped_column(server_default="")


class MessageTemplate(Identified, Model):
    """A school's own words; where it has none, the product's hold."""

    __tablename__ = "message_template"
    __table_args__ = (
        UniqueConstraint("school_id", "kind", "channel", "language"),
        CheckConstraint(f"kind IN ({quoted(Kind)})", "kind"),
        CheckConstraint(f"channel IN ({quoted(Channel)})", "channel"),
        CheckConstraint(f"language IN ({quoted(LANGUAGES)})", "language"),
    )

    kind: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(server_default="")
    text: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[dt.datetime | None]
