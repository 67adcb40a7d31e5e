"""What cannot work is said in one sentence, before anything is started."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections import namedtuple
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from config import Config
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.watch import take_watch
from school_erp.workbench import run
from tests.devrun.conftest import Workbench

pytestmark = pytest.mark.processes


def refusal(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 1
    assert len(said.strip().splitlines()) == 1, said
    return said.strip()


def test_a_taken_port(workbench: Workbench, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        said = refusal(workbench("run"))
    assert said.startswith(f"Port {free_port} on 127.0.0.1 is taken by another program")


@pytest.mark.parametrize(
    "setting", [{"HOST": "203.0.113.9"}, {"HOST": "no.such.host.invalid"}, {"PORT": "70000"}]
)
def test_an_address_this_machine_does_not_have(
    workbench: Workbench, setting: dict[str, str]
) -> None:
    assert refusal(workbench("run", **setting)).startswith("The web cannot listen on ")


def test_a_second_run_beside_the_first(workbench: Workbench, place: Path) -> None:
    watch = take_watch(place / "var")
    assert watch is not None
    said = refusal(workbench("run"))
    watch.give_up()
    assert said.startswith(f"{place / 'var'} is in use by process ")


def test_a_database_that_cannot_be_reached(workbench: Workbench, place: Path) -> None:
    url = "postgresql://erp:hunter2@127.0.0.1:9/erp"
    said = refusal(workbench("run", DATABASE_URL=url))
    assert "127.0.0.1:9/erp" in said
    assert "hunter2" not in said
    assert not (place / "var" / "valkey").exists()


def test_a_redis_that_cannot_be_reached(workbench: Workbench) -> None:
    assert "127.0.0.1:9/0" in refusal(workbench("run", REDIS_URL="redis://127.0.0.1:9/0"))


def test_a_place_for_data_that_is_none(workbench: Workbench, place: Path) -> None:
    (place / "file").touch()
    said = refusal(workbench("run", VAR_DIR=str(place / "file")))
    assert said == f"{place / 'file'} cannot be used (File exists): set VAR_DIR to another place."


def test_a_setting_that_is_no_number(workbench: Workbench) -> None:
    assert "PORT is “eighty”" in refusal(workbench("run", PORT="eighty"))


def test_a_measurement_nobody_wrote(workbench: Workbench) -> None:
    assert refusal(workbench("bench", "lunch")).startswith("bench/ has no lunch; it has ")


@pytest.mark.parametrize("names", [(), ("marking", "sockets")])
def test_arguments_for_no_measurement_in_particular(
    workbench: Workbench, names: tuple[str, ...]
) -> None:
    said = refusal(workbench("bench", *names, "--", "8"))
    assert said.startswith("Name one measurement before --")


def test_deleting_data_without_being_sure(workbench: Workbench, place: Path) -> None:
    (place / "var" / "postgres").mkdir(parents=True)
    process = workbench("reset")
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 1
    assert said.endswith("Nothing was deleted.\n")
    assert (place / "var" / "postgres").exists()


def test_deleting_data_that_are_in_use(workbench: Workbench, place: Path) -> None:
    watch = take_watch(place / "var")
    assert watch is not None
    assert "is in use by process" in refusal(workbench("reset", "--yes"))
    watch.give_up()


def test_deleting_data_beside_which_something_is_measured(
    workbench: Workbench, place: Path
) -> None:
    (place / "var" / "postgres").mkdir(parents=True)
    watch = take_watch(place / "var" / "bench")
    assert watch is not None
    assert f"{place}/var/bench is in use by process" in refusal(workbench("reset", "--yes"))
    assert (place / "var" / "postgres").exists()
    watch.give_up()


def test_reset_deletes_what_is_ours_and_nothing_else(workbench: Workbench, place: Path) -> None:
    (place / "var" / "postgres").mkdir(parents=True)
    (place / "var" / "bench" / "postgres").mkdir(parents=True)
    (place / "var" / "embedded.json").touch()
    (place / "var" / "notes.txt").touch()
    assert workbench("reset", "--yes").wait(90) == 0
    assert sorted(path.name for path in (place / "var").iterdir()) == [
        "notes.txt",
        "servers.lock",
    ]


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 499 * 2**20))
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    with pytest.raises(ServerUnusable) as refused:
        run.run([])
    assert str(refused.value) == (
        f"The disk that holds {tmp_path} is full: 499 MB are free, 500 MB are needed."
    )


def test_a_database_that_needs_migrating_without_its_owner(
    workbench: Workbench, servers: Config
) -> None:
    empty = f"empty_{uuid4().hex}"
    with psycopg.connect(servers.owner_database_url, autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {empty}")
        url = make_url(servers.database_url).set(database=empty)
        said = refusal(
            workbench(
                "run",
                DATABASE_URL=url.render_as_string(hide_password=False),
                REDIS_URL=servers.redis_url,
                SECRET_KEY=servers.secret_key,
            )
        )
        owner.execute(f"DROP DATABASE {empty} WITH (FORCE)")
    assert "set OWNER_DATABASE_URL" in said
