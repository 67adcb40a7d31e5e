"""One school at a time: every transaction tells PostgreSQL which, and its policies do the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction, scoped_session

from school_erp.core.direct import Statement, begin

SETTING = "app.school_id"

_school: ContextVar[UUID | None] = ContextVar("school", default=None)
_waits: ContextVar[bool] = ContextVar("waits_for_the_disk", default=True)
_set_school = Statement("SELECT set_config('app.school_id', :school, true)")
_WITHOUT_WAITING = "; SELECT set_config('synchronous_commit', 'off', true)"

_role = text("""
    SELECT r.rolname, r.rolsuper, r.rolbypassrls,
           EXISTS (SELECT 1 FROM pg_roles m
                   WHERE (m.rolsuper OR m.rolbypassrls) AND m.oid <> r.oid AND NOT r.rolsuper
                     AND pg_has_role(r.oid, m.oid, 'MEMBER')) AS may_become_one,
           EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
                     AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns_tables
    FROM pg_roles r WHERE r.rolname = current_user""")


class NoSchoolChosen(RuntimeError):
    """Code that works for one school ran before anyone said which."""


class UnsafeDatabaseRole(RuntimeError):
    """The runtime role could see every school; serving with it is refused."""


def school_in_force() -> UUID | None:
    return _school.get()


def current_school_id() -> UUID:
    school_id = _school.get()
    if school_id is None:
        raise NoSchoolChosen("no school is set for this work")
    return school_id


@contextmanager
def acting_for(school_id: UUID | None, session: Session | None = None) -> Iterator[None]:
    """Work for this school inside the block, also in a transaction that has already begun."""
    before = _school.set(school_id)
    _tell(session)
    try:
        yield
    finally:
        _school.reset(before)
        _tell(session)


def act_for(school_id: UUID, session: Session | scoped_session[Any]) -> None:
    """Work for this school until the enclosing `acting_for` block ends."""
    _school.set(school_id)
    if not isinstance(session, scoped_session):
        _tell(session)
    elif session.registry.has():
        _tell(session())


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """Transactions that begin in the block are stored a moment after their commit."""
    before = _waits.set(False)
    try:
        yield
    finally:
        _waits.reset(before)


def follow(sessions: scoped_session[Any]) -> None:
    """Have every transaction of these sessions begin by naming the school in force."""
    event.listen(sessions, "after_begin", _name_the_school)


def _name_the_school(_: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        naming = f"SELECT set_config('{SETTING}', '{_school.get() or ''}', true)"
        begin(connection, naming if _waits.get() else naming + _WITHOUT_WAITING)


def _tell(session: Session | None) -> None:
    if session is not None and session.is_active and session.in_transaction():
        _set_school.rows(session, {"school": str(_school.get() or "")})


def protect(table: str) -> list[str]:
    """The statements that put a table under its school's policy; for migrations."""
    condition = f"school_id = NULLIF(current_setting('{SETTING}', true), '')::uuid"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING ({condition}) WITH CHECK ({condition})",
    ]


def asking_each_school(function: str, shape: str, query: str) -> str:
    """The statement that makes a function which asks every school; for migrations.

    The policies hold for the owner too, so each school is asked in turn, by the name `asked`.
    """
    return f"""
        CREATE FUNCTION {function} RETURNS TABLE({shape})
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        DECLARE
            asked uuid;
            before text := coalesce(current_setting('{SETTING}', true), '');
        BEGIN
            FOR asked IN SELECT school.id FROM school WHERE school.active LOOP
                PERFORM set_config('{SETTING}', asked::text, true);
                RETURN QUERY {query};
            END LOOP;
            PERFORM set_config('{SETTING}', before, true);
        END $$"""  # noqa: S608 - of a migration's own words


def refuse_unsafe_role(connection: Connection) -> None:
    role = connection.execute(_role).one()
    faults = [
        fault
        for fault, true in (
            ("is a superuser", role.rolsuper),
            ("may bypass row-level security", role.rolbypassrls),
            ("may become a role that gets around row-level security", role.may_become_one),
            ("owns tables, or is a member of the role that does", role.owns_tables),
        )
        if true
    ]
    if faults:
        raise UnsafeDatabaseRole(
            f"The database role {role.rolname} {' and '.join(faults)}, so it could see every "
            "school. Give DATABASE_URL a plain role, and keep the owner for OWNER_DATABASE_URL."
        )
