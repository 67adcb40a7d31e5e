"""A server that outlived whoever watched over it still holds our data: end it, by its id."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil

from school_erp.embedded.errors import ServerUnusable

PATIENCE = 20


def running_server(data: Path, pid_file: Path, program: str) -> psutil.Process | None:
    """The process the file names, if it is that program at work in that directory."""
    try:
        process = psutil.Process(int(pid_file.read_text().split(maxsplit=1)[0]))
        ours = Path(process.exe()).name == program and Path(process.cwd()) == data
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None
    return process if ours else None


def end_leftover(
    data: Path, pid_file: Path, program: str, requests: tuple[signal.Signals, ...]
) -> None:
    """Ask politely, then less so; then forget the file, whose number may be anybody's by now."""
    process = running_server(data, pid_file, program)
    for request in requests:
        if process is None or _ends(process, request):
            pid_file.unlink(missing_ok=True)
            return
    raise ServerUnusable(f"{program} of {data} does not end.")


def _ends(process: psutil.Process, request: signal.Signals) -> bool:
    """A zombie has ended, though where nobody collects it its number stays taken."""
    deadline = time.monotonic() + PATIENCE
    try:
        process.send_signal(request)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.03)
    except psutil.NoSuchProcess:
        return True
    return True
