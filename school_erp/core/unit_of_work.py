"""One commit, at the edge. What should happen because of a change happens after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

from school_erp.core.errors import ApplicationError
from school_erp.extensions import db

log = structlog.get_logger(__name__)

Hook = Callable[[], object]
_hooks: ContextVar[list[Hook] | None] = ContextVar("after_commit", default=None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what the block did, or nothing of it; then run what waited for the commit."""
    hooks: list[Hook] = []
    before = _hooks.set(hooks)
    try:
        yield
        _commit()
    except ApplicationError as refusal:
        if not refusal.keeps_changes:
            db.session.rollback()
            raise
        _commit()
        _run(hooks)
        raise
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _hooks.reset(before)
    _run(hooks)


def _commit() -> None:
    """A request that asked nothing of the database has no session, and needs none to end."""
    if db.session.registry.has():
        db.session.commit()


def after_commit(hook: Hook) -> None:
    """Run this once the change is stored; never if it is not."""
    hooks = _hooks.get()
    if hooks is None:
        raise RuntimeError("after_commit needs a unit of work around it")
    hooks.append(hook)


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
