from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config import Config
from school_erp.embedded import servers
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.given import check_database, check_redis
from school_erp.embedded.identity import Identity, identity_of
from tests.embedded.places import place_for_servers


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with place_for_servers() as place:
        servers.ensure(place / "var", throwaway=True)
        yield identity_of(place / "var")
        servers.release(place / "var")


@pytest.fixture
def nobody() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def complaint(url: str) -> str:
    check = check_redis if url.startswith("redis") else check_database
    with pytest.raises(ServerUnusable) as refused:
        check(url)
    return str(refused.value)


def test_servers_that_are_new_enough_are_accepted(identity: Identity) -> None:
    check_database(identity.database_url)
    check_redis(identity.redis_url)


@pytest.mark.parametrize("scheme", ["postgresql://erp:hunter2", "redis://:hunter2"])
def test_a_server_nobody_runs_is_one_sentence_without_the_password(
    scheme: str, nobody: int
) -> None:
    said = complaint(f"{scheme}@127.0.0.1:{nobody}/0")
    assert f"127.0.0.1:{nobody}" in said
    assert "does not let us in" in said
    assert "hunter2" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "url",
    ["postgresql://erp:hunter2@[", "redis://:hunter2@127.0.0.1:port/0", "mysql://:hunter2@x/y"],
)
def test_an_address_that_is_none_is_one_sentence(url: str) -> None:
    said = complaint(url)
    assert "\n" not in said
    assert "hunter2" not in said


def test_a_wrong_password_is_one_sentence(identity: Identity) -> None:
    wrong = replace(identity, runtime_password="wrong", redis_password="wrong")
    for url in (wrong.database_url, wrong.redis_url):
        said = complaint(url)
        assert "does not let us in" in said
        assert "\n" not in said


class OldRedis(socketserver.StreamRequestHandler):
    """Speaks just enough of the protocol to say how old it is."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            words = [self._word() for _ in range(int(line[1:]))]
            info = b"redis_version:5.0.14\r\n"
            answer = b"$%d\r\n%s\r\n" % (len(info), info) if words[0] == b"INFO" else b"+OK\r\n"
            self.wfile.write(b"-ERR unknown command\r\n" if words[0] == b"HELLO" else answer)

    def _word(self) -> bytes:
        length = int(self.rfile.readline()[1:])
        return self.rfile.read(length + 2)[:-2]


@pytest.fixture
def old_redis() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OldRedis) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_redis_that_is_too_old_is_named_with_its_version(old_redis: int) -> None:
    assert "is version 5.0.14; 6.2 or newer" in complaint(f"redis://127.0.0.1:{old_redis}/0")


def test_a_process_starts_while_its_redis_is_away(identity: Identity, nobody: int) -> None:
    away = f"redis://127.0.0.1:{nobody}/0"
    config = Config(database_url=identity.database_url, redis_url=away, secret_key="k" * 40)
    assert servers.complete(config) == config


def test_only_the_server_that_is_missing_is_started(identity: Identity, tmp_path: Path) -> None:
    config = Config(
        database_url=identity.database_url, secret_key="k" * 40, var_dir=tmp_path / "var"
    )
    completed = servers.complete(config)
    assert completed.database_url == identity.database_url
    assert completed.owner_database_url == ""
    assert completed.secret_key == "k" * 40
    check_redis(completed.redis_url)
    assert not (tmp_path / "var" / "postgres").exists()
    servers.release(tmp_path / "var")


def test_production_does_not_start_servers_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ServerUnusable, match="In production set DATABASE_URL and REDIS_URL"):
        servers.complete(Config(environment="production", var_dir=tmp_path / "var"))
