"""Statements that are asked all the time, in the session's transaction but past SQLAlchemy.

What it does for each statement takes a third of a millisecond of the processor, several times as
long as sending it; a class is marked in six. `docs/decisions/past-the-orm.md` says what that costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg import generators
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session

Values = Mapping[str, Any]
Rows = list[tuple[Any, ...]]
Cursor = psycopg.RawCursor[tuple[Any, ...]]

_NAMED = re.compile(r"(?<![:\w]):(\w+)(?!:)")


class AnotherUnderWay(RuntimeError):
    """Something was asked in the block of a statement whose rows have not been waited for."""


class Statement:
    def __init__(self, sql: str) -> None:
        self.text = sql
        self._names = list(dict.fromkeys(_NAMED.findall(sql)))
        # numbered as PostgreSQL wants it, so that nothing is looked for when it is sent
        self._sent = _NAMED.sub(lambda name: f"${self._names.index(name[1]) + 1}", sql)

    def rows(self, session: Session | scoped_session[Any], values: Values) -> Rows:
        return self.rows_on(session.connection(), values)

    def rows_on(self, connection: Connection, values: Values) -> Rows:
        line = _line(connection)
        if line.pgconn.pipeline_status:
            raise AnotherUnderWay(self.text)
        with psycopg.RawCursor(line) as cursor:
            return self._ask(connection, cursor, values, self._execute)

    @contextmanager
    def under_way(
        self, session: Session | scoped_session[Any], values: Values
    ) -> Iterator[Callable[[], Rows]]:
        """PostgreSQL works while the block does; what it is given waits for the rows.

        Nothing else may be asked in the block before that.
        """
        connection = session.connection()
        line = _line(connection)
        try:
            with psycopg.RawCursor(line) as cursor, ExitStack() as pipeline:
                pipeline.enter_context(line.pipeline())
                self._execute(cursor, values)
                yield lambda: self._ask(connection, cursor, values, lambda *_: pipeline.close())
        except psycopg.Error as fault:
            raise _as_usual(connection, self.text, fault) from fault

    def _ask(
        self,
        connection: Connection,
        cursor: Cursor,
        values: Values,
        act: Callable[[Cursor, Values], object],
    ) -> Rows:
        told = SimpleNamespace()
        self._tell("before_cursor_execute", connection, cursor, values, told)
        try:
            act(cursor, values)
            found: Rows = cursor.fetchall() if cursor.description else []
        except psycopg.Error as fault:
            raise _as_usual(connection, self.text, fault) from fault
        self._tell("after_cursor_execute", connection, cursor, values, told)
        return found

    def _execute(self, cursor: Cursor, values: Values) -> None:
        cursor.execute(self._sent, [values[name] for name in self._names])

    def _tell(
        self, event: str, connection: Connection, cursor: Cursor, values: Values, told: Any
    ) -> None:
        """Whoever listens to statements, to count them, hears of these too."""
        for listener in getattr(connection.dispatch, event):
            listener(connection, cursor, self._sent, values, told, False)


def begin(connection: Connection, question: str) -> None:
    """Begin a transaction with a question in our own words, in one round trip."""
    line = _line(connection)
    try:
        line.pgconn.send_query(f"BEGIN; {question}".encode())
        for result in line.wait(generators.execute(line.pgconn)):
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise error_from_result(result)
    except psycopg.Error as fault:
        raise _as_usual(connection, question, fault) from fault


def _line(connection: Connection) -> psycopg.Connection[Any]:
    line = connection.connection.driver_connection
    assert isinstance(line, psycopg.Connection)  # noqa: S101 - which one begins a transaction with
    return line


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
