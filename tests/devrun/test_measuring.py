"""`dev.py bench` where nobody gave it servers."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from school_erp.embedded import servers
from school_erp.embedded.identity import identity_of
from tests.devrun.conftest import Workbench

pytestmark = pytest.mark.processes


def test_a_measurement_makes_a_database_of_its_own_and_is_given_its_arguments(
    workbench: Workbench, place: Path
) -> None:
    process = workbench("bench", "tenancy_leaks", "--", "40")
    said, _ = process.communicate(timeout=180)
    assert process.returncode == 0, said
    assert "40 requests of 20 schools" in said
    written = (place / "var" / "bench" / "postgres" / "school_erp.conf").read_text()
    assert "fsync = 'on'" in written
    assert "synchronous_commit = 'on'" in written
    assert not (place / "var" / "postgres").exists()


def test_whoever_starts_the_same_servers_without_measuring_takes_the_right_back(
    place: Path,
) -> None:
    var_dir = place / "var"
    assert _owner_may_create_databases(var_dir, may_create_databases=True)
    assert not _owner_may_create_databases(var_dir, may_create_databases=False)


def _owner_may_create_databases(var_dir: Path, *, may_create_databases: bool) -> bool:
    servers.ensure(var_dir, ["postgres"], may_create_databases=may_create_databases)
    try:
        with psycopg.connect(identity_of(var_dir).owner_database_url) as owner:
            asked = "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ((may,),) = owner.execute(asked).fetchall()
            return bool(may)
    finally:
        servers.release(var_dir)
