"""A broken constraint said in a sentence, also when two people were equally quick."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import IntegrityError

from school_erp.core.errors import ApplicationError
from school_erp.extensions import db


@contextmanager
def flushed(sentences: Mapping[str, Callable[[], ApplicationError]]) -> Iterator[None]:
    """Flush what the block did; a constraint named here becomes its error if it does not hold."""
    try:
        yield
        db.session.flush()
    except IntegrityError as fault:
        explain = sentences.get(_constraint_of(fault))
        if explain is None:
            raise
        raise explain() from fault


def _constraint_of(fault: IntegrityError) -> str:
    origin = fault.orig
    return (origin.diag.constraint_name or "") if isinstance(origin, psycopg.Error) else ""
