from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config import ROOT
from school_erp.embedded import postgres, valkey
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.identity import Identity, identity_of, with_free_port
from school_erp.embedded.leftovers import running_server
from school_erp.embedded.watch import take_watch
from tests.embedded.conftest import StartKeeper

pytestmark = pytest.mark.processes

Identities = Callable[[], Identity]


def server_of(var_dir: Path, name: str = "postgres") -> psutil.Process | None:
    if name == "postgres":
        data = postgres.data_of(var_dir)
        return running_server(data, data / "postmaster.pid", "postgres")
    data = valkey.data_of(var_dir)
    return running_server(data, data / "valkey.pid", "valkey-server")


def wait_for(reached: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def test_what_was_stored_is_there_after_a_restart_under_the_same_addresses(
    start_keeper: StartKeeper, identity: Identities
) -> None:
    keeper = start_keeper("durable")
    first = identity()
    with psycopg.connect(first.owner_database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('chalk')")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    with redis.Redis.from_url(first.redis_url, decode_responses=True) as connection:
        connection.set("kept", "chalk")
        assert connection.config_get("appendonly", "appendfsync", "bind") == {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "bind": "127.0.0.1",
        }
    keeper.send_signal(signal.SIGINT)
    keeper.wait(60)
    start_keeper("durable")
    assert identity() == first
    with psycopg.connect(first.database_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("chalk",)
    with redis.Redis.from_url(first.redis_url, decode_responses=True) as connection:
        assert connection.get("kept") == "chalk"


def test_a_second_process_uses_the_servers_that_run_already(
    start_keeper: StartKeeper, var_dir: Path
) -> None:
    start_keeper()
    before = server_of(var_dir)
    second = start_keeper()
    second.send_signal(signal.SIGINT)
    second.wait(60)
    assert before is not None
    assert server_of(var_dir) == before
    assert before.is_running()


def test_servers_end_when_whoever_started_them_is_killed(
    start_keeper: StartKeeper, var_dir: Path
) -> None:
    keeper = start_keeper()
    servers = [server_of(var_dir, name) for name in ("postgres", "valkey")]
    assert all(servers)
    keeper.kill()
    keeper.wait()
    _, alive = psutil.wait_procs([server for server in servers if server], timeout=30)
    assert not alive


def test_a_server_left_over_from_a_killed_supervisor_is_ended_and_its_data_kept(
    start_keeper: StartKeeper, var_dir: Path, identity: Identities
) -> None:
    keeper = start_keeper()
    with psycopg.connect(identity().owner_database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    keeper.send_signal(signal.SIGINT)
    keeper.wait(60)
    orphan = spawn_unwatched(var_dir, identity())
    start_keeper()
    assert orphan.poll() is not None
    with psycopg.connect(identity().owner_database_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def spawn_unwatched(var_dir: Path, identity: Identity) -> subprocess.Popen[bytes]:
    """A PostgreSQL at work in the directory, while nobody holds the watch over it."""
    program = postgres.program(var_dir, identity, throwaway=True)
    with (var_dir / "log" / "orphan.log").open("wb") as log:
        process = program.spawn(log.fileno())
    wait_for(lambda: server_of(var_dir) is not None)
    return process


def test_a_pid_file_that_names_a_stranger_does_not_keep_postgresql_from_starting(
    start_keeper: StartKeeper, var_dir: Path
) -> None:
    keeper = start_keeper()
    pid_file = postgres.data_of(var_dir) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    keeper.send_signal(signal.SIGINT)
    keeper.wait(60)
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        pid_file.chmod(0o644)
        start_keeper()
        assert stranger.poll() is None
        stranger.kill()


def test_a_port_that_somebody_took_is_exchanged_for_another(var_dir: Path) -> None:
    var_dir.mkdir()
    remembered = with_free_port(var_dir, "postgres").postgres_port
    assert with_free_port(var_dir, "postgres").postgres_port == remembered
    with socket.create_server(("127.0.0.1", remembered)):
        moved = with_free_port(var_dir, "postgres").postgres_port
    assert moved != remembered
    assert identity_of(var_dir).postgres_port == moved


def test_passwords_are_for_the_owner_of_the_files_alone(var_dir: Path) -> None:
    var_dir.mkdir()
    identity = identity_of(var_dir)
    assert stat.S_IMODE((var_dir / "embedded.json").stat().st_mode) == 0o600
    secrets = {
        identity.superuser_password,
        identity.owner_password,
        identity.runtime_password,
        identity.redis_password,
        identity.secret_key,
    }
    assert len(secrets) == 5
    assert min(map(len, secrets)) >= 32


def test_lost_passwords_are_not_replaced_by_ones_that_do_not_fit_the_data(var_dir: Path) -> None:
    (var_dir / "postgres").mkdir(parents=True)
    with pytest.raises(ServerUnusable, match="start afresh"):
        identity_of(var_dir)


def test_only_one_process_watches_over_a_directory(var_dir: Path) -> None:
    watch = take_watch(var_dir)
    assert watch is not None
    assert take_watch(var_dir) is None
    watch.give_up()
    again = take_watch(var_dir)
    assert again is not None
    again.give_up()


def test_a_supervisor_of_ones_own_runs_the_servers_in_the_foreground(
    var_dir: Path, identity: Identities
) -> None:
    environment = {**os.environ, "VAR_DIR": str(var_dir)}
    command = [sys.executable, "-m", "school_erp.embedded"]
    servers = [
        subprocess.Popen([*command, name], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        for name in ("postgres", "valkey")
    ]
    try:
        prepared = subprocess.run(
            [*command, "prepare"], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        assert identity().database_url.encode() in prepared.stdout
        found = [server_of(var_dir, name) for name in ("postgres", "valkey")]
        assert [it.pid for it in found if it] == [server.pid for server in servers]
    finally:
        servers[0].send_signal(signal.SIGINT)
        servers[1].terminate()
        codes = [(server.communicate(timeout=60), server.returncode)[1] for server in servers]
    assert codes == [0, 0]


def test_the_foreground_command_does_not_know_other_servers(var_dir: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "school_erp.embedded", "oracle"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert asked.stderr.startswith("usage: ")
    assert len(asked.stderr.splitlines()) == 1
