"""Cursor paging: a page names the last row it showed, so pages stay right while rows come."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import Session

from school_erp.core.errors import invalid

T = TypeVar("T")
LIMIT, MOST = 50, 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None = None


def page_of(
    session: Session,
    query: Select[Any],
    *,
    order: Sequence[ColumnElement[Any]],
    position: Callable[[Any], Sequence[Any]],
    cursor: str | None,
    limit: int = LIMIT,
    descending: bool = False,
) -> Page[Any]:
    """The rows after the cursor, in the order of the given columns, which must end in a unique one.

    `position` gives a row's place in that order; `descending` turns all of it round.
    """
    if cursor:
        here, place = tuple_(*order), tuple_(*_read(cursor, order))
        query = query.where(here < place if descending else here > place)
    columns = [column.desc() for column in order] if descending else order
    rows = session.scalars(query.order_by(*columns).limit(limit + 1)).all()
    more = len(rows) > limit
    items = rows[:limit]
    return Page(items, write_cursor(position(items[-1])) if more else None)


def page_through(
    rows: Sequence[T],
    *,
    position: Callable[[T], Sequence[Any]],
    cursor: str | None,
    limit: int = LIMIT,
) -> Page[T]:
    """The same for rows that are already here, sorted by their position."""
    if cursor and rows:
        after = read_cursor(cursor, [type(value) for value in position(rows[0])])
        rows = [row for row in rows if list(position(row)) > after]
    items = rows[:limit]
    return Page(items, write_cursor(position(items[-1])) if len(rows) > limit else None)


def write_cursor(values: Sequence[Any]) -> str:
    """A place in a list that is ordered by these values."""
    written = json.dumps([str(value) for value in values], ensure_ascii=False)
    return urlsafe_b64encode(written.encode()).decode()


def _read(cursor: str, order: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    values = read_cursor(cursor, [column.type.python_type for column in order])
    return [literal(value, column.type) for value, column in zip(values, order, strict=True)]


def read_cursor(cursor: str, kinds: Sequence[type[Any]]) -> list[Any]:
    try:
        values = json.loads(urlsafe_b64decode(cursor.encode("ascii")))
        return [_typed(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, ArithmeticError) as error:
        raise invalid("cursor", _("This is not a place in this list.")) from error


def _typed(kind: type[Any], value: Any) -> Any:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode()
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)
