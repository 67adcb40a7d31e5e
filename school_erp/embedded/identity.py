"""What the servers of one `var/` are called by: ports and passwords, chosen once, kept private."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from school_erp.embedded.errors import ServerUnusable

OWNER = "school_erp_owner"
RUNTIME = "school_erp_app"
DATABASE = "school_erp"


def _password() -> str:
    return secrets.token_hex(24)


@dataclass(frozen=True)
class Identity:
    postgres_port: int = 0
    valkey_port: int = 0
    superuser_password: str = field(default_factory=_password, repr=False)
    owner_password: str = field(default_factory=_password, repr=False)
    runtime_password: str = field(default_factory=_password, repr=False)
    redis_password: str = field(default_factory=_password, repr=False)
    secret_key: str = field(default_factory=_password, repr=False)

    @property
    def database_url(self) -> str:
        return self._postgres_url(RUNTIME, self.runtime_password, DATABASE)

    @property
    def owner_database_url(self) -> str:
        return self._postgres_url(OWNER, self.owner_password, DATABASE)

    @property
    def superuser_url(self) -> str:
        return self._postgres_url("postgres", self.superuser_password, "postgres")

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.redis_password}@127.0.0.1:{self.valkey_port}/0"

    def _postgres_url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.postgres_port}/{database}"


def identity_of(var_dir: Path) -> Identity:
    """The one on disk, or a new one if there is none yet. For whoever holds the watch."""
    if stored := stored_identity(var_dir):
        return stored
    if (var_dir / "postgres").exists():
        raise ServerUnusable(
            f"{_path(var_dir)} is missing, and with it the passwords of the data beside it: "
            "put it back, or start afresh with `python3 dev.py reset`."
        )
    return _store(var_dir, Identity())


def stored_identity(var_dir: Path) -> Identity | None:
    path = _path(var_dir)
    try:
        stored = json.loads(path.read_text())
        return Identity(**{known.name: stored[known.name] for known in fields(Identity)})
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as damage:
        raise ServerUnusable(
            f"{path} is damaged: put back a copy, or start afresh with `python3 dev.py reset`."
        ) from damage


def with_free_port(var_dir: Path, server: str) -> Identity:
    """Keep the remembered port unless somebody else sits on it. Call while ours is not running."""
    identity = identity_of(var_dir)
    key = f"{server}_port"
    remembered: int = getattr(identity, key)
    if remembered and port_is_free(remembered):
        return identity
    return _store(var_dir, replace(identity, **{key: _free_port()}))  # type: ignore[arg-type]


def try_port(host: str, port: int) -> None:
    """Raises OSError where a server could not listen now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        attempt.bind((host, port))


def port_is_free(port: int) -> bool:
    try:
        try_port("127.0.0.1", port)
    except OSError:
        return False
    return True


def _free_port() -> int:
    """Below the range from which outgoing connections get theirs, so that it stays free."""
    for _ in range(200):
        port = 20_000 + secrets.randbelow(12_000)
        if port_is_free(port):
            return port
    raise ServerUnusable("No free port between 20000 and 32000 on 127.0.0.1.")


def _path(var_dir: Path) -> Path:
    return var_dir / "embedded.json"


def _store(var_dir: Path, identity: Identity) -> Identity:
    path = _path(var_dir)
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(identity), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return identity
