from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from school_erp.academics.models import Cover, Section
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def covers_page(asked: dict[str, Any], within: ColumnElement[bool] | None) -> Page[Cover]:
    query = covers_with_names().where(*_asked_for(asked))
    if within is not None:
        query = query.where(within)
    return page_of(
        db.session(),
        query,
        order=(Cover.date.expression, Cover.id.expression),
        position=lambda found: (found.date, found.id),
        cursor=asked.get("cursor"),
        limit=asked["limit"],
    )


def covers_of_section(
    section_id: UUID, since: date, within: ColumnElement[bool] | None
) -> Sequence[Cover]:
    query = covers_with_names().where(Cover.section_id == section_id, Cover.date >= since)
    if within is not None:
        query = query.where(within)
    return db.session.scalars(query.order_by(Cover.date, Cover.slot, Cover.id)).all()


def covers_on(day: date) -> Sequence[Cover]:
    query = covers_with_names().where(Cover.date == day)
    return db.session.scalars(query.order_by(Cover.slot.nulls_first(), Section.name)).all()


def _asked_for(asked: dict[str, Any]) -> Iterator[ColumnElement[bool]]:
    for name in ("section_id", "person_id"):
        if name in asked:
            yield getattr(Cover, name) == asked[name]
    if "first" in asked:
        yield Cover.date >= asked["first"]
    if "last" in asked:
        yield Cover.date <= asked["last"]


def with_names(cover: Cover) -> Cover:
    query = covers_with_names().where(Cover.id == cover.id)
    found: Cover = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return found


def covers_with_names() -> Select[Any]:
    return (
        select(Cover)
        .join(Cover.section)
        .join(Cover.person)
        .options(contains_eager(Cover.section), contains_eager(Cover.person))
        .where(Cover.school_id == current_school_id())
    )


def other_covers(cover: Cover) -> Sequence[Cover]:
    """Of the same person for the same class, at a time that this one includes or is part of."""
    query = select(Cover).where(
        Cover.school_id == current_school_id(),
        Cover.section_id == cover.section_id,
        Cover.person_id == cover.person_id,
        Cover.date == cover.date,
        Cover.id != cover.id,
    )
    if cover.slot is not None:
        query = query.where(or_(Cover.slot.is_(None), Cover.slot == cover.slot))
    return db.session.scalars(query).all()
