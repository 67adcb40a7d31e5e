"""How long until somebody can sign in? One web process alone, and `dev.py run` twice."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from config import ROOT

ADDRESSES = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY")


def main() -> None:
    web = statistics.median(seconds_until_a_web_process_answers() for _ in range(5))
    show("web process, start to first answer (median of 5)", web, 2)
    with tempfile.TemporaryDirectory(prefix="school-erp-bench-") as place:
        clone = Path(place, "clone")
        copy_checkout(clone)
        show("dev.py run, first time, downloads included", seconds_until_open(clone), 90)
        show("dev.py run, second time", seconds_until_open(clone), 8)


def show(what: str, seconds: float, goal: float) -> None:
    print(f"| {what} | {seconds:.1f} s | {goal} s |", flush=True)


def seconds_until_a_web_process_answers() -> float:
    port = free_port()
    command = [sys.executable, "wsgi.py", "--port", str(port)]
    return seconds_until(lambda: answers(port), command, ROOT, dict(os.environ))


def seconds_until_open(clone: Path) -> float:
    environment = {key: value for key, value in os.environ.items() if key not in ADDRESSES}
    environment |= {"VAR_DIR": str(clone / "var"), "PORT": str(free_port())}
    command = [shutil.which("python3") or sys.executable, "dev.py", "run"]
    return seconds_until((clone / "var" / "run.json").exists, command, clone, environment)


def seconds_until(
    reached: Callable[[], bool], command: list[str], directory: Path, environment: dict[str, str]
) -> float:
    began = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            while not reached():
                assert process.poll() is None, f"{command} ended with {process.returncode}"
                time.sleep(0.01)
            return time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def copy_checkout(clone: Path) -> None:
    """As somebody who just cloned has it: nothing installed, built or stored."""
    made = (".venv", "node_modules", "var", "static", ".git", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*made))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
