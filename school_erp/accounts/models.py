from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.clock import now
from school_erp.core.models import Identified, Model, OfOneSchool, same_school


class Account(OfOneSchool, Model):
    """How a person signs in. Raising `generation` ends every token made before."""

    __tablename__ = "account"
    __table_args__ = (
        same_school("person_id", "person"),
        UniqueConstraint("school_id", "login"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str]
    password_hash: Mapped[str | None]
    generation: Mapped[int] = mapped_column(default=1, server_default="1")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))


class SignIn(Identified, Model):
    """One sign-in on one device: the family of every refresh token that grew out of it."""

    __tablename__ = "sign_in"
    __table_args__ = (
        same_school("person_id", "account", to="person_id"),
        Index("ix_sign_in_by_person", "school_id", "person_id"),
        Index("ix_sign_in_expires_at", "expires_at"),
    )

    person_id: Mapped[UUID]
    refresh_id: Mapped[UUID]
    previous_refresh_id: Mapped[UUID | None]
    rotated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]


class OneTimeLink(Identified, Model):
    """A link that lets a person choose a password, once. Only its hash is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        same_school("person_id", "account", to="person_id"),
        UniqueConstraint("school_id", "token_hash"),
        Index("ix_one_time_link_by_person", "school_id", "person_id"),
    )

    person_id: Mapped[UUID]
    token_hash: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiClient(Identified, Model):
    """Another system of the school's, with a key that may do just what its scopes list."""

    __tablename__ = "api_client"
    __table_args__ = (
        CheckConstraint("cardinality(scopes) > 0", "some_scope"),
        Index(
            "ix_api_client_name",
            "school_id",
            "name",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    name: Mapped[str]
    key_hash: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    created_by: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
