"""Attach to the servers of a `var/`, or start them for as long as this process lives."""

from __future__ import annotations

import atexit
import contextlib
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import Config
from school_erp.embedded import given, postgres, valkey
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.identity import Identity, identity_of, stored_identity, with_free_port
from school_erp.embedded.roles import make_roles
from school_erp.embedded.watch import Watch, take_watch, who_watches
from school_erp.supervision.child import Program

BOTH = ("postgres", "valkey")
_MODULES = {"postgres": postgres, "valkey": valkey}


@dataclass
class _Kept:
    """What this process holds for a `var/`: the watch, and the servers it started."""

    watch: Watch
    servers: list[tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=list)


_kept: dict[Path, _Kept] = {}


@dataclass(frozen=True)
class Addresses:
    database_url: str
    owner_database_url: str
    redis_url: str
    secret_key: str


def ensure(
    var_dir: Path,
    servers: Sequence[str] = BOTH,
    *,
    throwaway: bool = False,
    may_create_databases: bool = False,
) -> Addresses:
    """For a process started alone: what it starts ends with it.

    Where nothing lasts, the owner may make databases beside ours without being told so.
    """
    var_dir = var_dir.resolve()
    watch = None if var_dir in _kept else take_watch(var_dir)
    if watch:
        _kept[var_dir] = _Kept(watch)
        atexit.register(release, var_dir)
        _start_for_this_process(var_dir, servers, throwaway=throwaway)
        if "postgres" in servers:
            prepare(identity_of(var_dir), may_create_databases=may_create_databases or throwaway)
    return addresses(_usable_identity(var_dir, servers))


def release(var_dir: Path) -> None:
    """End what `ensure` started here; servers of another process are left alone."""
    kept = _kept.pop(var_dir.resolve(), None)
    if kept is None:
        return
    for program, process in kept.servers:
        process.send_signal(program.stop_signal)
    for _, process in kept.servers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
    kept.watch.give_up()


def complete(config: Config, *, may_create_databases: bool = False) -> Config:
    """The configuration with our own servers where it names none; given ones are looked at."""
    missing = missing_servers(config)
    if config.database_url:
        given.check_database(config.database_url)
    if config.redis_url:
        given.check_redis_if_it_answers(config.redis_url)
    if not missing:
        return config
    if config.production:
        raise ServerUnusable(
            "In production set DATABASE_URL and REDIS_URL: the servers that start by themselves "
            "are for development, tests and demonstrations."
        )
    own = ensure(
        config.var_dir,
        missing,
        throwaway=config.testing,
        may_create_databases=may_create_databases,
    )
    return fill_in(config, own)


def missing_servers(config: Config) -> list[str]:
    named = {"postgres": config.database_url, "valkey": config.redis_url}
    return [server for server, url in named.items() if not url]


def fill_in(config: Config, own: Addresses) -> Config:
    """Only what is missing: a given address, or key, stands."""
    filled = replace(
        config,
        redis_url=config.redis_url or own.redis_url,
        secret_key=config.secret_key or own.secret_key,
    )
    if config.database_url:
        return filled
    return replace(filled, database_url=own.database_url, owner_database_url=own.owner_database_url)


def addresses(identity: Identity) -> Addresses:
    return Addresses(
        identity.database_url, identity.owner_database_url, identity.redis_url, identity.secret_key
    )


def programs(var_dir: Path, servers: Sequence[str], *, throwaway: bool = False) -> list[Program]:
    """Ready to be started by whoever holds the watch; ports are settled here, once."""
    for server in servers:
        _MODULES[server].end_running(var_dir)
        with_free_port(var_dir, server)
    identity = identity_of(var_dir)
    return [_MODULES[it].program(var_dir, identity, throwaway=throwaway) for it in servers]


def prepare(identity: Identity, *, may_create_databases: bool = False) -> None:
    make_roles(identity, may_create_databases=may_create_databases)


def answers(identity: Identity, server: str) -> bool:
    if server == "valkey":
        return _valkey_answers(identity)
    return _lets_in(identity.superuser_url)


def _start_for_this_process(var_dir: Path, servers: Sequence[str], *, throwaway: bool) -> None:
    logs = var_dir / "log"
    logs.mkdir(exist_ok=True)
    for program in programs(var_dir, servers, throwaway=throwaway):
        with (logs / f"{program.name}.log").open("ab") as log:
            _kept[var_dir].servers.append((program, program.spawn(log.fileno())))
    identity = identity_of(var_dir)
    for server in servers:
        wait_until(partial(answers, identity, server), f"{server} did not start; see {logs}.")


def _usable_identity(var_dir: Path, servers: Sequence[str]) -> Identity:
    """Whoever holds the watch may still be at it, or may have been given other servers."""

    def usable() -> bool:
        identity = stored_identity(var_dir)
        return identity is not None and all(_usable(identity, server) for server in servers)

    wait_until(
        usable, f"The servers of {var_dir} do not answer, though {who_watches(var_dir)} has them."
    )
    return identity_of(var_dir)


def _usable(identity: Identity, server: str) -> bool:
    if server == "valkey":
        return _valkey_answers(identity)
    return _lets_in(identity.database_url)


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _valkey_answers(identity: Identity) -> bool:
    try:
        with redis.Redis.from_url(
            identity.redis_url, socket_timeout=2, retry=Retry(NoBackoff(), 0)
        ) as connection:
            return bool(connection.ping())
    except redis.RedisError:
        return False


def wait_until(reached: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            raise ServerUnusable(otherwise)
        time.sleep(0.03)
