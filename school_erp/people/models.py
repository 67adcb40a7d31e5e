from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.models import Dated, Identified, Model, same_school

# the database sorts by code point, where É comes after Z; so what is sorted by has no accents
_SORT_NAME = (
    "lower(translate(regexp_replace(normalize(family_name || ' ' || "
    r"coalesce(preferred_name, given_name), NFKD), '[\u0300-\u036f]', '', 'g'), "
    "'ŁłØøĐđ', 'LlOoDd'))"
)


class Person(Identified, Model):
    """Everyone a school knows, whatever they are to it."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("school_id", "external_id"),
        Index("ix_person_by_name", "school_id", "sort_name", "id"),
        CheckConstraint("language IN ('en', 'fr', 'ar')", "language"),
        CheckConstraint("message_channel IN ('sms', 'email', 'both')", "message_channel"),
    )

    given_name: Mapped[str]
    family_name: Mapped[str]
    preferred_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    external_id: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    # how to write to them: where empty, in the school's language, on the channel that is there
    language: Mapped[str | None]
    message_channel: Mapped[str | None]
    # since when nothing arrives there any more; a new number or address begins anew
    phone_bad_since: Mapped[dt.datetime | None]
    email_bad_since: Mapped[dt.datetime | None]
    sort_name: Mapped[str] = mapped_column(Computed(_SORT_NAME, persisted=True))
    search_words: Mapped[str] = mapped_column(server_default="")

    @property
    def name(self) -> str:
        return f"{self.preferred_name or self.given_name} {self.family_name}".strip()


class RoleGrant(Identified, Dated, Model):
    __tablename__ = "role_grant"
    __table_args__ = (
        same_school("person_id", "person"),
        UniqueConstraint("school_id", "person_id", "role", "starts_on"),
        CheckConstraint(
            "role IN ('admin', 'officer', 'teacher', 'staff', 'student', 'guardian')", "role"
        ),
        CheckConstraint("ends_on >= starts_on", "order"),
        Index("ix_role_grant_by_role", "school_id", "role", "person_id"),
    )

    person_id: Mapped[UUID]
    role: Mapped[str]


class Guardianship(Identified, Model):
    """An adult who answers for a child, and what this adult may be told."""

    __tablename__ = "guardianship"
    __table_args__ = (
        same_school("student_id", "person"),
        same_school("guardian_id", "person"),
        UniqueConstraint("school_id", "student_id", "guardian_id"),
        Index("ix_guardianship_by_guardian", "school_id", "guardian_id"),
        CheckConstraint("student_id <> guardian_id", "two_people"),
    )

    student_id: Mapped[UUID]
    guardian_id: Mapped[UUID]
    relation: Mapped[str]
    call_order: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    gets_messages: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    lives_with: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    do_not_contact: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
