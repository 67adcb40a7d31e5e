"""One commit, at the edge. What should happen because of a change happens after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar, cast

import structlog

from school_erp.core.errors import ApplicationError
from school_erp.extensions import db

log = structlog.get_logger(__name__)

Hook = Callable[[], object]
H = TypeVar("H", bound=Hook)


@dataclass(slots=True)
class _Work:
    before: dict[Hook, Hook] = field(default_factory=dict)
    after: list[Hook] = field(default_factory=list)


_work: ContextVar[_Work | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what the block did, or nothing of it; then run what waited for the commit."""
    work = _Work()
    around = _work.set(work)
    try:
        yield
        _commit(work)
    except ApplicationError as refusal:
        if not refusal.keeps_changes:
            db.session.rollback()
            raise
        _commit(work)
        _run(work.after)
        raise
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _work.reset(around)
    _run(work.after)


def _commit(work: _Work) -> None:
    """A request that asked nothing of the database has no session, and needs none to end."""
    for hook in work.before.values():
        hook()
    if db.session.registry.has():
        db.session.commit()


def once_before_commit(make: Callable[[], H]) -> H:
    """This unit of work's own one, made when first asked for, and called last of all."""
    waiting = _current().before
    if make not in waiting:
        waiting[make] = make()
    return cast(H, waiting[make])


def after_commit(hook: Hook) -> None:
    """Run this once the change is stored; never if it is not."""
    _current().after.append(hook)


def _current() -> _Work:
    work = _work.get()
    if work is None:
        raise RuntimeError("what waits for a commit needs a unit of work around it")
    return work


def let_go() -> None:
    """Give the connection back before something slow; only right while nothing was changed."""
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("let_go would lose changes")
    db.session.rollback()


def _run(hooks: list[Hook]) -> None:
    """The change is stored, so a failing hook must not turn the answer into a failure."""
    for hook in hooks:
        try:
            hook()
        except Exception:
            db.session.rollback()
            log.exception("after_commit_failed", hook=getattr(hook, "__qualname__", repr(hook)))
