"""Keeps programs running, tells what they say, and ends all of them when it ends."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from school_erp.supervision.child import CannotStart, Child, Program

STOP_SECONDS = 10.0
# while somebody waits for the start: three crashes in a row are not going to mend themselves
HOPELESS = 3


class StopAsked(Exception):
    """SIGINT or SIGTERM arrived: nothing went wrong, somebody wants to go home."""


class GaveUp(RuntimeError):
    """What was waited for did not come about; the sentence says what."""


class Supervisor:
    """One thread, one loop. Stages stop in the reverse order of their start."""

    def __init__(self, tell: Callable[[str, str], object]) -> None:
        self.tell = tell
        self.stages: list[list[Child]] = []
        self._selector = selectors.DefaultSelector()
        self._first_signal_at: float | None = None
        self._hurry = False

    @contextlib.contextmanager
    def watching(self) -> Iterator[Supervisor]:
        """Signals become StopAsked inside the block; every child is gone when it is left."""
        with self._signals_caught():
            try:
                yield self
            finally:
                self.stop()
                self._selector.close()

    def start(self, programs: Sequence[Program]) -> None:
        """One stage: started together, stopped together, started again when they die."""
        stage = [Child(program) for program in programs]
        self.stages.append(stage)
        for child in stage:
            self._start(child)

    def run_once(self, program: Program, seconds: float = 600) -> list[str]:
        """Run a step to its end and return what it said."""
        step = self.begin(program)
        self.wait_until(lambda: self.finished(step), seconds, program.name)
        return step.said

    def begin(self, program: Program) -> Child:
        """Start a step that is not started again when it has ended."""
        step = Child(program, start_again=False)
        self.stages.append([step])
        self._start(step)
        return step

    def finished(self, step: Child) -> bool:
        """Has it ended, and well? A step that failed ends the wait for it."""
        if step.running or step.pipe >= 0:
            return False
        if step.process is None or step.process.returncode:
            raise GaveUp(f"{step.name} failed ({step.how_it_ended()}); the lines above say why.")
        return True

    def wait_until(self, reached: Callable[[], bool], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            if hopeless := [child for child in self._children() if child.crashes >= HOPELESS]:
                raise GaveUp(f"{hopeless[0].name} does not stay up; the lines above say why.")
            if time.monotonic() > deadline:
                raise GaveUp(f"{what}: not done within {seconds:.0f} s; the lines above say more.")
            self.turn(0.1)

    def stay(self) -> None:
        """Until somebody asks to stop."""
        while True:
            self.turn(1.0)

    def turn(self, seconds: float) -> None:
        """Tell what was said, see who died, start again whose time has come."""
        if self._first_signal_at is not None:
            raise StopAsked
        self._listen(min([seconds, *self._waits()]))
        for child in self._children():
            self._look_after(child)

    def stop(self) -> None:
        while self.stages:
            self._stop_stage(self.stages.pop())

    def _start(self, child: Child) -> None:
        try:
            child.start()
        except (CannotStart, OSError) as reason:
            self._plan_restart(child, f"cannot be started: {reason}")
        self._selector.register(child.pipe, selectors.EVENT_READ, child)

    def _look_after(self, child: Child) -> None:
        if child.running or not child.start_again:
            return
        if child.start_again_at is None:
            self._plan_restart(child, f"ended unexpectedly ({child.how_it_ended()})")
        elif time.monotonic() >= child.start_again_at and child.pipe < 0:
            self._start(child)

    def _plan_restart(self, child: Child, why: str) -> None:
        if not child.start_again:
            raise GaveUp(f"{child.name} {why}")
        wait = child.plan_restart()
        self.tell(child.name, f"*** {child.name} {why}; starting it again in {wait:.0f} s ***")

    def _stop_stage(self, stage: list[Child]) -> None:
        for child in stage:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.running for child in stage):
            if self._hurry or time.monotonic() > deadline:
                for child in stage:
                    child.kill()
            self._listen(0.03)
        while any(child.pipe >= 0 for child in stage) and time.monotonic() < deadline:
            self._listen(0.03)

    def _children(self) -> list[Child]:
        return [child for stage in self.stages for child in stage]

    def _waits(self) -> list[float]:
        now = time.monotonic()
        moments = [child.start_again_at for child in self._children()]
        return [max(0.0, moment - now) for moment in moments if moment is not None]

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Child):
                self._hear(key.data)
            else:
                os.read(key.fd, 512)

    def _hear(self, child: Child) -> None:
        lines = child.read()
        if lines is None:
            self._selector.unregister(child.pipe)
            lines = child.close()
        for line in lines:
            if not child.start_again:
                child.said.append(line)
            self.tell(child.name, line)

    @contextlib.contextmanager
    def _signals_caught(self) -> Iterator[None]:
        """Each signal also wakes the loop, which would otherwise sleep through it."""
        woken, wake = os.pipe()
        for end in (woken, wake):
            os.set_blocking(end, False)
        self._selector.register(woken, selectors.EVENT_READ)
        answers = {
            signal.SIGINT: self._on_stop,
            signal.SIGTERM: self._on_stop,
            signal.SIGHUP: self._on_stop,
            signal.SIGCHLD: lambda *_: None,
        }
        earlier = {number: signal.signal(number, answer) for number, answer in answers.items()}
        earlier_wake = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(earlier_wake)
            for number, answer in earlier.items():
                signal.signal(number, answer)
            os.close(woken)
            os.close(wake)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Some tools send the signal twice at once; a second one later means: do not wait."""
        now = time.monotonic()
        if self._first_signal_at is None:
            self._first_signal_at = now
        elif now - self._first_signal_at > 1:
            self._hurry = True
