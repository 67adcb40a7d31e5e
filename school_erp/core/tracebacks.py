"""Where an error came from, without the values it speaks of: values are people."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType

import psycopg
from jinja2 import TemplateError
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from werkzeug.routing import BuildError

from school_erp.core.errors import ApplicationError

# errors of a programmer name types, attributes and endpoints; others may quote what was entered
SPEAK_OF_CODE = (
    *(TypeError, AttributeError, NameError, ImportError, RuntimeError, RecursionError),
    *(TemplateError, ArgumentError, InvalidRequestError, BuildError),
)

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def without_values(exc_info: ExcInfo) -> str:
    error = exc_info[1]
    return "".join(_told(error, set())).rstrip() if error else ""


def _told(error: BaseException, told: set[int]) -> Iterator[str]:
    """The first cause first, each error once."""
    told.add(id(error))
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in told:
        yield from _told(earlier, told)
        yield "and then\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}\n"


def _words(error: BaseException) -> str:
    if isinstance(error, ApplicationError):
        return error.code
    if isinstance(error, DBAPIError) and error.orig is not None:
        return _words(error.orig)
    if isinstance(error, psycopg.Error):
        where = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
        return " ".join(part for part in (error.sqlstate, *where) if part)
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if isinstance(error, SPEAK_OF_CODE) else "(left out)"
