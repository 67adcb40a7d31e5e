"""The base of every table, and the shape that makes a table belong to one school."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    and_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from school_erp.core.clock import now
from school_erp.core.ids import new_id

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=_NAMES),
        type_annotation_map={datetime: DateTime(timezone=True), dict[str, Any]: JSONB},
    )


class OfOneSchool:
    """Leads every key of its table with the school, so that rows of two schools never meet."""

    @declared_attr
    def school_id(cls) -> Mapped[UUID]:
        return mapped_column(
            ForeignKey("school.id", ondelete="CASCADE"), primary_key=True, sort_order=-20
        )


class Identified(OfOneSchool):
    """A row of one school with an id and a time of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))


class Dated:
    """Holds from one day to another, both included; open-ended where the last day is not set."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    @classmethod
    def in_force_on(cls, day: date) -> ColumnElement[bool]:
        return and_(cls.starts_on <= day, or_(cls.ends_on.is_(None), cls.ends_on >= day))


def same_school(
    column: str, table: str, *, to: str = "id", ondelete: str = "CASCADE"
) -> ForeignKeyConstraint:
    """A foreign key that can only point inside the row's own school."""
    return ForeignKeyConstraint(
        ["school_id", column], [f"{table}.school_id", f"{table}.{to}"], ondelete=ondelete
    )
