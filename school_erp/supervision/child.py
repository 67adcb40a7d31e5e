"""One program under supervision: its pipe, its last start, how long to wait before the next."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from school_erp.supervision.lifeline import die_with_parent

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
STEADY_AFTER = 60.0


class CannotStart(RuntimeError):
    """A program cannot be started as things are; the sentence says why and what to do."""


@dataclass(frozen=True)
class Program:
    """What to start, and how to ask it to stop."""

    name: str
    argv: list[str]
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    group: int | None = None
    directory: Path | None = None
    before_start: Callable[[], None] | None = None

    def spawn(self, output: int) -> subprocess.Popen[bytes]:
        """In a process group of its own: a terminal's Ctrl-C reaches only the supervisor."""
        if self.before_start:
            self.before_start()
        return subprocess.Popen(
            self.argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=self.environment,
            cwd=self.directory,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            process_group=0,
            preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509 - touches no lock
        )


@dataclass(eq=False)
class Child:
    program: Program
    start_again: bool = True
    process: subprocess.Popen[bytes] | None = None
    pipe: int = -1
    started_at: float = 0.0
    start_again_at: float | None = None
    crashes: int = 0
    said: list[str] = field(default_factory=list, repr=False)
    _wait: float = FIRST_WAIT
    _unfinished_line: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.start_again_at = None
        self.process = None
        self.pipe, output = os.pipe()
        os.set_blocking(self.pipe, False)
        try:
            self.process = self.program.spawn(output)
        finally:
            os.close(output)

    def plan_restart(self) -> float:
        """Double the wait with each crash; a minute of steady work forgives the earlier ones."""
        self.crashes += 1
        if time.monotonic() - self.started_at > STEADY_AFTER:
            self._wait = FIRST_WAIT
        wait, self._wait = self._wait, min(self._wait * 2, LONGEST_WAIT)
        self.start_again_at = time.monotonic() + wait
        return wait

    def read(self) -> list[str] | None:
        """The lines since the last look; None once it has closed its mouth for good."""
        try:
            came = os.read(self.pipe, 65536)
        except BlockingIOError:
            return []
        if not came:
            return None
        *whole, self._unfinished_line = (self._unfinished_line + came).split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def close(self) -> list[str]:
        os.close(self.pipe)
        self.pipe = -1
        rest, self._unfinished_line = self._unfinished_line, b""
        return [rest.decode(errors="replace")] if rest else []

    def ask_to_stop(self) -> None:
        self.start_again_at = None
        if self.running and self.process:
            self.process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """With everything it started: the group is its own."""
        if self.running and self.process:
            os.killpg(self.process.pid, signal.SIGKILL)

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else 1
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
