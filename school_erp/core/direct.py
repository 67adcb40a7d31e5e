"""Statements that are asked all the time, in the session's transaction but past SQLAlchemy.

What it does for each statement takes a third of a millisecond of the processor, several times as
long as sending it; a class is marked in six. `docs/decisions/past-the-orm.md` says what that costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session

Values = Mapping[str, Any]
Rows = list[tuple[Any, ...]]

_NAMED = re.compile(r"(?<![:\w]):(\w+)(?!:)")


class Statement:
    def __init__(self, sql: str) -> None:
        self.text = sql
        self._sent = _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))

    def rows(self, session: Session | scoped_session[Any], values: Values) -> Rows:
        return self.rows_on(session.connection(), values)

    def rows_on(self, connection: Connection, values: Values) -> Rows:
        line = connection.connection.driver_connection
        assert line is not None  # noqa: S101 - a connection that begins a transaction has one
        with line.cursor() as cursor:
            told = SimpleNamespace()
            self._tell("before_cursor_execute", connection, cursor, values, told)
            try:
                cursor.execute(self._sent, values)
                found: Rows = cursor.fetchall() if cursor.description else []
            except psycopg.Error as fault:
                raise _as_usual(connection, self.text, fault) from fault
            self._tell("after_cursor_execute", connection, cursor, values, told)
        return found

    def _tell(
        self, event: str, connection: Connection, cursor: Any, values: Values, told: Any
    ) -> None:
        """Whoever listens to statements, to count them, hears of these too."""
        for listener in getattr(connection.dispatch, event):
            listener(connection, cursor, self._sent, values, told, False)


def _as_usual(connection: Connection, sql: str, fault: psycopg.Error) -> BaseException:
    """The error that SQLAlchemy makes of it; a line that is lost is not used again."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(fault, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(fault)
    return DBAPIError.instance(
        sql,
        {},
        fault,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
