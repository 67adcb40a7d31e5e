"""Who watches over the servers of a `var/`? One process at a time; the kernel remembers which."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from school_erp.embedded.errors import ServerUnusable


@dataclass
class Watch:
    """Held as long as the process lives, however it ends; children do not inherit it."""

    descriptor: int

    def give_up(self) -> None:
        os.close(self.descriptor)


def take_watch(var_dir: Path) -> Watch | None:
    """None: another process has it."""
    make_var_dir(var_dir)
    descriptor = os.open(_path(var_dir), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"process {os.getpid()} ({_own_name()})".encode())
    return Watch(descriptor)


def who_watches(var_dir: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return _path(var_dir).read_text().strip() or "another process"
    return "another process"


def make_var_dir(var_dir: Path) -> None:
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        if not os.access(var_dir, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "you may not write there")
    except OSError as fault:
        raise ServerUnusable(
            f"{var_dir} cannot be used ({fault.strerror}): set VAR_DIR to another place."
        ) from None


def _path(var_dir: Path) -> Path:
    return var_dir / "servers.lock"


def _own_name() -> str:
    return " ".join(Path(part).name for part in sys.argv[:2]) or "python"
