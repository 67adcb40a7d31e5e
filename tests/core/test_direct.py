from __future__ import annotations

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ResourceClosedError

from config import Config
from school_erp.core.direct import AnotherUnderWay, Statement
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.jobs.conftest import wait_for
from tests.world import World

_whose_line = Statement("SELECT pg_backend_pid()")


def test_a_statement_says_its_names_as_any_other_and_is_heard_of(
    app: Flask, statements: list[str]
) -> None:
    odd = Statement("SELECT CAST(:n AS integer) % 2, '2026-11-21'::date, CAST(:n AS text)")
    with app.app_context(), unit_of_work():
        _whose_line.rows(db.session, {})
        del statements[:]
        [(rest, day, said)] = odd.rows(db.session, {"n": 7})
    assert (rest, day.isoformat(), said, len(statements)) == (1, "2026-11-21", "7", 1)


def test_what_the_database_refuses_is_the_usual_error_and_names_nobody(
    app: Flask, world: World
) -> None:
    double = Statement("""
        INSERT INTO section (school_id, id, name, kind, academic_session_id)
        SELECT school_id, id, :name, kind, academic_session_id FROM section""")
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        with pytest.raises(IntegrityError) as refused, db.session.begin_nested():
            double.rows(db.session, {"name": "Paul Park"})
        assert isinstance(refused.value.orig, psycopg.errors.UniqueViolation)
        assert "Paul Park" not in str(refused.value)
        assert db.session.scalar(text("SELECT 1")) == 1


def test_a_line_that_is_lost_is_refused_once_and_never_used_again(
    app: Flask, servers: Config
) -> None:
    with app.app_context():
        [(line,)] = _whose_line.rows(db.session, {})
        with psycopg.connect(servers.database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", [line])
        with pytest.raises(OperationalError) as lost, unit_of_work():
            _whose_line.rows(db.session, {})
        assert lost.value.connection_invalidated
        with unit_of_work():
            assert _whose_line.rows(db.session, {}) != [(line,)]


_slowly = Statement("SELECT CAST(:n AS integer), pg_sleep(1) IS NULL")


def test_postgresql_works_while_the_block_does(
    app: Flask, servers: Config, statements: list[str]
) -> None:
    somebody = psycopg.connect(servers.database_url, autocommit=True)
    with app.app_context(), unit_of_work(), somebody as other:
        [(line,)] = _whose_line.rows(db.session, {})
        del statements[:]
        with _slowly.under_way(db.session, {"n": 7}) as rows:
            state = "SELECT state FROM pg_stat_activity WHERE pid = %s"
            wait_for(lambda: other.execute(state, [line]).fetchall() == [("active",)], 5)
            assert rows() == [(7, False)]
        assert len(statements) == 1
        assert _whose_line.rows(db.session, {}) == [(line,)]


def test_a_refusal_comes_with_the_rows_and_what_a_block_raises_is_raised(app: Flask) -> None:
    divided = Statement("SELECT 1 / CAST(:n AS integer)")
    with app.app_context():
        zero = divided.under_way(db.session, {"n": 0})
        with pytest.raises(DataError) as refused, unit_of_work(), zero as rows:
            rows()
        assert isinstance(refused.value.orig, psycopg.errors.DivisionByZero)
        one = divided.under_way(db.session, {"n": 1})
        with pytest.raises(RuntimeError, match="of the block"), unit_of_work(), one:
            raise RuntimeError("of the block")
        with unit_of_work(), divided.under_way(db.session, {"n": 1}) as rows:
            assert rows() == [(1,)]


def test_nothing_else_is_asked_before_the_rows_of_what_is_under_way(app: Flask) -> None:
    slow = _slowly.under_way(db.session, {"n": 7})
    with app.app_context(), unit_of_work(), slow as rows:
        with pytest.raises(AnotherUnderWay):
            _whose_line.rows(db.session, {})
        with pytest.raises(ResourceClosedError):
            db.session.scalar(text("SELECT 1"))
        assert rows() == [(7, False)]
        assert db.session.scalar(text("SELECT 1")) == 1


def test_a_line_lost_under_way_is_never_used_again(app: Flask, servers: Config) -> None:
    with app.app_context():
        [(line,)] = _whose_line.rows(db.session, {})
        with psycopg.connect(servers.database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", [line])
        slow = _slowly.under_way(db.session, {"n": 1})
        with pytest.raises(OperationalError) as lost, unit_of_work(), slow as rows:
            rows()
        assert lost.value.connection_invalidated
        with unit_of_work():
            assert _whose_line.rows(db.session, {}) != [(line,)]
