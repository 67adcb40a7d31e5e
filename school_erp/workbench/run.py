"""`dev.py run`: everything on one machine, watched over until somebody presses Ctrl-C."""

from __future__ import annotations

import errno
import http.client
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from config import ROOT, Config
from school_erp.embedded import given, servers
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.identity import identity_of, try_port
from school_erp.embedded.watch import Watch, take_watch, who_watches
from school_erp.supervision.child import Child, Program
from school_erp.supervision.supervisor import StopAsked, Supervisor
from school_erp.workbench.migrations import needs_migrating
from school_erp.workbench.provider.starting import outbox_url, provider_programs, with_provider
from school_erp.workbench.surroundings import PYTHON, config_from_environment, surroundings
from school_erp.workbench.telling import say, tell, welcome

ROOM_NEEDED = 500 * 1024 * 1024
WEB_SECONDS = 120


def run(_arguments: list[str]) -> int:
    config = config_from_environment()
    watch = _watch_over(config.var_dir)
    announcement = _announcement(config.var_dir)
    try:
        announcement.unlink(missing_ok=True)  # of a run that was killed
        _refuse_a_full_disk(config.var_dir)
        _refuse_taken_ports(config)
        _run_until_stopped(config)
    finally:
        announcement.unlink(missing_ok=True)
        watch.give_up()
    return 0


def _run_until_stopped(config: Config) -> None:
    supervisor = Supervisor(tell)
    try:
        with supervisor.watching():
            _bring_up(supervisor, config)
            supervisor.stay()
    except StopAsked:
        say("Stopped.")


def _bring_up(supervisor: Supervisor, config: Config) -> None:
    began = time.monotonic()
    config = with_provider(_with_servers(supervisor, config))
    servers_up = time.monotonic()
    _migrate(supervisor, config)
    migrated = time.monotonic()
    demo = supervisor.begin(_step(config, "demo", "-m", "flask", "demo", "seed"))
    supervisor.start(_programs(config))
    supervisor.wait_until(lambda: supervisor.finished(demo), 600, "demo")
    _wait_for_answers(supervisor, config)
    schools = _schools(demo)
    _announce(config, schools)
    welcome(_url(config), schools, outbox_url(config))
    say(
        f"Up after {time.monotonic() - began:.1f} s: servers {servers_up - began:.1f}, "
        f"migrations {migrated - servers_up:.1f}, programs {time.monotonic() - migrated:.1f}."
    )


def _watch_over(var_dir: Path) -> Watch:
    watch = take_watch(var_dir)
    if watch is None:
        raise ServerUnusable(
            f"{var_dir} is in use by {who_watches(var_dir)}: stop that first, or set VAR_DIR."
        )
    return watch


def _refuse_a_full_disk(var_dir: Path) -> None:
    free = shutil.disk_usage(var_dir).free
    if free < ROOM_NEEDED:
        raise ServerUnusable(
            f"The disk that holds {var_dir} is full: {free >> 20} MB are free, 500 MB are needed."
        )


def _refuse_taken_ports(config: Config) -> None:
    for port in _ports(config):
        try:
            try_port(config.host, port)
        except (OSError, OverflowError) as fault:
            raise ServerUnusable(_why_not(config.host, port, fault)) from None


def _why_not(host: str, port: int, fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program: "
            "stop that, or set PORT to a free one."
        )
    return f"The web cannot listen on {host}, port {port} ({fault}): set HOST and PORT."


def _with_servers(supervisor: Supervisor, config: Config) -> Config:
    if config.database_url:
        given.check_database(config.database_url)
    if config.redis_url:
        given.check_redis(config.redis_url)
    missing = servers.missing_servers(config)
    supervisor.start(servers.programs(config.var_dir, missing))
    identity = identity_of(config.var_dir)
    for server in missing:
        supervisor.wait_until(lambda it=server: servers.answers(identity, it), 60, server)  # type: ignore[misc]
    if "postgres" in missing:
        servers.prepare(identity)
    return servers.fill_in(config, servers.addresses(identity))


def _migrate(supervisor: Supervisor, config: Config) -> None:
    if not needs_migrating(config.database_url):
        return
    if not config.owner_database_url:
        raise ServerUnusable(
            "The database needs migrating, which the program's own role may not do: "
            "set OWNER_DATABASE_URL to the role that owns the tables."
        )
    supervisor.run_once(_step(config, "migrate", "-m", "flask", "db", "upgrade"))


def _step(config: Config, name: str, *arguments: str) -> Program:
    return Program(name, [PYTHON, *arguments], surroundings(config, owner=True), directory=ROOT)


def _programs(config: Config) -> list[Program]:
    environment = surroundings(config, owner=False)
    queues = [*["bulk"] * config.bulk_workers, "notify", "upkeep"]
    started = {
        **{f"web {port}": ["wsgi.py", "--port", str(port)] for port in _ports(config)},
        **{
            f"{queue} {number}": ["worker.py", queue]
            for number, queue in enumerate(queues, start=1)
        },
    }
    programs = [
        Program(name, [PYTHON, *arguments], environment, directory=ROOT)
        for name, arguments in started.items()
    ]
    return [*provider_programs(config), *programs]


def _ports(config: Config) -> range:
    return range(config.port, config.port + config.web_processes)


def _wait_for_answers(supervisor: Supervisor, config: Config) -> None:
    """Workers may take a moment longer than the web; without them it would say `degraded`."""
    for port in _ports(config):
        supervisor.wait_until(
            lambda port=port: _health(config, port) == "ready",  # type: ignore[misc]
            WEB_SECONDS,
            f"web {port}",
        )


def _health(config: Config, port: int) -> str:
    connection = http.client.HTTPConnection(_reachable(config.host), port, timeout=2)
    with suppress(OSError, http.client.HTTPException, ValueError, KeyError):
        connection.request("GET", "/health/ready")
        return str(json.loads(connection.getresponse().read())["status"])
    return "silent"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _url(config: Config) -> str:
    host = _reachable(config.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{config.port}"


def _schools(demo: Child) -> list[dict[str, Any]]:
    for line in reversed(demo.said):
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict) and "schools" in said:
                schools: list[dict[str, Any]] = said["schools"]
                return schools
    raise ServerUnusable("The demo's seeding did not say which schools there are.")


def _announcement(var_dir: Path) -> Path:
    return var_dir / "run.json"


def _announce(config: Config, schools: list[dict[str, Any]]) -> None:
    """For people's scripts; it appears whole, and only once everything answers."""
    told = {
        "url": _url(config),
        "database_url": config.database_url,
        "owner_database_url": config.owner_database_url,
        "redis_url": config.redis_url,
        "outbox_url": outbox_url(config),
        "schools": schools,
    }
    path = _announcement(config.var_dir)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(told, file, indent=2, ensure_ascii=False)
    unfinished.rename(path)
