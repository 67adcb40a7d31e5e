from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from school_erp.attendance.actions.sealing import (
    SEALED,
    Fault,
    Verdict,
    seal,
    verify,
)
from school_erp.attendance.errors import TrailFromElsewhere
from school_erp.attendance.models import AuditEntry
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.cli.conftest import Operator, operator, operators  # noqa: F401 - fixtures
from tests.world import World

Owner = psycopg.Connection[Any]


@pytest.fixture
def owner(servers: Config, founded: World) -> Iterator[Owner]:
    """The database's owner, who can do what the program cannot."""
    with psycopg.connect(servers.owner_database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT set_config('app.school_id', %s, false)", [str(founded.school_id)]
        )
        yield connection


@pytest.fixture
def noted(app: Flask, founded: World, owner: Owner) -> list[UUID]:
    """Two batches of entries, sealed."""
    for _ in range(2):
        note_and_seal(app, founded, owner)
    rows = owner.execute("SELECT id FROM attendance_audit_log ORDER BY transaction, id")
    return [row[0] for row in rows]


def note_and_seal(app: Flask, founded: World, owner: Owner) -> None:
    owner.execute(
        "INSERT INTO attendance_audit_log (school_id, id, what, actor_name)"
        " SELECT %s, gen_random_uuid(), 'mark', 'Tom' FROM generate_series(1, 20)",
        [founded.school_id],
    )
    assert _sealed(app, founded) == 20


def _sealed(app: Flask, school: World) -> int:
    """What is still under way anywhere on the server is waited for."""
    until = time.monotonic() + 20
    sealed = 0
    while not sealed and time.monotonic() < until:
        with app.app_context(), acting_for(school.school_id), unit_of_work():
            sealed = seal(school.school_id)
    return sealed


def test_every_column_of_an_entry_is_sealed() -> None:
    assert set(SEALED) == set(AuditEntry.__table__.columns.keys())


@pytest.fixture
def verified(app: Flask, founded: World) -> Callable[[], Verdict]:
    def look() -> Verdict:
        with app.app_context(), acting_for(founded.school_id):
            return verify(founded.school_id)

    return look


def test_an_untouched_trail_holds_in_whatever_time_zone_the_operator_is(
    app: Flask, founded: World, noted: list[UUID]
) -> None:
    with app.app_context(), acting_for(founded.school_id):
        db.session.execute(text("SET LOCAL timezone TO 'Africa/Nairobi'"))
        verdict = verify(founded.school_id)
    assert (verdict.held, verdict.fault) == (len(noted), None)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("UPDATE attendance_audit_log SET actor_name = 'Ada' WHERE id = %s", "was altered"),
        ("DELETE FROM attendance_audit_log WHERE id = %s", "is missing"),
    ],
)
def test_an_entry_changed_or_removed_by_the_owner_is_named(
    owner: Owner, noted: list[UUID], verified: Callable[[], Verdict], harm: str, why: str
) -> None:
    owner.execute(harm, [noted[25]])  # type: ignore[call-overload]
    fault = verified().fault
    assert fault is not None
    assert (fault.entry, fault.why) == (noted[25], why)


def test_an_entry_slipped_in_by_the_owner_is_named(
    owner: Owner, noted: list[UUID], verified: Callable[[], Verdict]
) -> None:
    slipped = owner.execute(
        "INSERT INTO attendance_audit_log (school_id, id, what, transaction)"
        " SELECT school_id, gen_random_uuid(), 'mark', transaction FROM attendance_audit_log"
        " WHERE id = %s RETURNING id",
        [noted[3]],
    ).fetchone()
    fault = verified().fault
    assert slipped is not None
    assert fault is not None
    assert (fault.entry, fault.why) == (slipped[0], "was slipped in")


def test_an_owner_who_makes_the_whole_chain_anew_is_found_by_a_link_noted_elsewhere(
    app: Flask, founded: World, owner: Owner, noted: list[UUID], verified: Callable[[], Verdict]
) -> None:
    last = verified().last
    assert last is not None
    owner.execute("DELETE FROM attendance_audit_log WHERE id = %s", [noted[25]])
    owner.execute("DELETE FROM audit_seal WHERE number = 2")
    with app.app_context(), acting_for(founded.school_id):
        assert verify(founded.school_id, last).fault == Fault(2, None, "the link is gone")
    assert _sealed(app, founded) == 19
    assert (verified().held, verified().fault) == (39, None), "the chain alone cannot tell"
    with app.app_context(), acting_for(founded.school_id):
        assert verify(founded.school_id, last).fault == Fault(2, None, "the chain was made anew")


def move_to_a_server_that_begins_at(position: int, owner: Owner) -> None:
    """Where transactions have other numbers."""
    owner.execute(
        "CREATE OR REPLACE FUNCTION audit_position(transaction xid8) RETURNS bigint"
        f" LANGUAGE sql IMMUTABLE AS 'SELECT {position} + ($1::text)::bigint'"  # type: ignore[arg-type]
    )


def test_a_trail_restored_on_another_server_goes_on_once_the_operator_says_so(
    app: Flask,
    operator: Operator,  # noqa: F811
    founded: World,
    owner: Owner,
    verified: Callable[[], Verdict],
) -> None:
    move_to_a_server_that_begins_at(10**9, owner)
    note_and_seal(app, founded, owner)
    move_to_a_server_that_begins_at(0, owner)
    with pytest.raises(TrailFromElsewhere):
        verified()
    refused = operator("audit", "verify", "--school", founded.slug)
    assert (refused.exit_code, "run `flask audit restored`" in refused.output) == (1, True)
    assert "stands after what was restored" in operator("audit", "restored").output
    assert "Nothing to do" in operator("audit", "restored").output
    note_and_seal(app, founded, owner)
    assert (verified().held, verified().fault) == (40, None)
