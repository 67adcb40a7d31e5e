"""Real processes of our programs, forked from one that has imported what they import."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from typing import IO

from config import ROOT


class Forked:
    """As much of `subprocess.Popen` as tests ask for."""

    def __init__(self, told: int, stderr: IO[str] | None = None) -> None:
        self.stderr = stderr
        self.returncode: int | None = None
        self._told = os.fdopen(told, buffering=1)
        self.pid = int(self._told.readline())

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self._note_how_it_ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self._note_how_it_ended()
        assert self.returncode is not None
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[None, str]:
        """What it said since; little enough to fit into the pipe until somebody reads it."""
        self.wait(timeout)
        if self.stderr is None or self.stderr.closed:
            return None, ""
        with self.stderr:
            return None, self.stderr.read()

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _note_how_it_ended(self) -> None:
        with self._told:
            self.returncode = os.waitstatus_to_exitcode(int(self._told.readline()))


class ForkServer:
    def __init__(self, mode: str) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "tests" / "fork_server.py"), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "ASYNC_MODE": mode},
            )

    def start(self, argv: list[str], environment: dict[str, str], out: int, errors: int) -> int:
        """What it is told by when it has started, and when it has ended."""
        told, telling = os.pipe()
        asked = json.dumps({"argv": argv, "environment": environment}).encode()
        socket.send_fds(self._line, [asked], [telling, out, errors])
        os.close(telling)
        return told

    def end(self) -> None:
        self._line.close()
        self._process.wait(10)


@cache
def _fork_server(mode: str) -> ForkServer:
    server = ForkServer(mode)
    atexit.register(server.end)
    return server


def fork_program(argv: list[str], environment: dict[str, str], output: IO[bytes]) -> Forked:
    """`fork_program(["wsgi.py", "--port", "8000"], …)`, with all that it says in one file."""
    return Forked(_server_for(argv, environment).start(argv, environment, *[output.fileno()] * 2))


def fork_and_listen(argv: list[str], environment: dict[str, str]) -> Forked:
    """The same, with what it says on standard error to be read."""
    heard, errors = os.pipe()
    server = _server_for(argv, environment)
    forked = Forked(server.start(argv, environment, 1, errors), os.fdopen(heard))
    os.close(errors)
    return forked


def _server_for(argv: list[str], environment: dict[str, str]) -> ForkServer:
    """Only a web process may be on eventlet, which changes what is imported after it."""
    on_eventlet = argv[0] != "worker.py" and environment.get("ASYNC_MODE") == "eventlet"
    return _fork_server("eventlet" if on_eventlet else "threading")
