"""The supervisor runs in a process of its own here, because it owns its process's signals."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import ROOT
from school_erp.supervision.child import LONGEST_WAIT, Child, Program

SCRIPT = """
    import json, runpy, sys
    from contextlib import suppress
    launch = runpy.run_path("school_erp/workbench/launch.py")
    launch["enter_package_without_running_it"]("school_erp")
    from school_erp.supervision.child import Program
    from school_erp.supervision.supervisor import GaveUp, StopAsked, Supervisor

    def tell(name, line):
        print(f"{name}: {line}", flush=True)

    supervisor = Supervisor(tell)
    try:
        with suppress(StopAsked), supervisor.watching():
            for stage in json.loads(sys.argv[1]):
                supervisor.start([
                    Program(name, [sys.executable, "-c", code]) for name, code in stage.items()
                ])
            if "wait" in sys.argv:
                supervisor.wait_until(lambda: False, 60, "nothing")
            supervisor.stay()
    except GaveUp as reason:
        print(reason)
"""
LONG = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LONG}"
CRASHING = "import sys; print('oh no'); sys.exit(3)"

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def supervise() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(*stages: dict[str, str], options: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(SCRIPT), json.dumps(stages), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def listen_for(process: subprocess.Popen[str], *wanted: str) -> list[str]:
    """Lines up to the one that completes the wanted ones."""
    lines: list[str] = []
    assert process.stdout is not None
    while not all(any(part in line for line in lines) for part in wanted):
        line = process.stdout.readline()
        assert line, f"it ended after {lines}"
        lines.append(line.rstrip())
    return lines


def test_a_program_that_crashes_is_told_of_loudly_and_started_again_ever_later(
    supervise: Start,
) -> None:
    supervisor = supervise({"web": CRASHING, "steady": LONG})
    lines = listen_for(supervisor, "again in 1 s", "again in 2 s")
    assert "web: oh no" in lines
    assert "web: *** web ended unexpectedly (exit code 3); starting it again in 1 s ***" in lines
    assert len([line for line in lines if line == "steady: up"]) == 1


def test_waits_double_up_to_half_a_minute_and_a_steady_minute_forgives() -> None:
    child = Child(Program("web", []), started_at=time.monotonic())
    assert [child.plan_restart() for _ in range(7)] == [1, 2, 4, 8, 16, LONGEST_WAIT, LONGEST_WAIT]
    child.started_at -= 61
    assert child.plan_restart() == 1


def test_a_program_that_cannot_stay_up_ends_the_wait_for_the_start(supervise: Start) -> None:
    supervisor = supervise({"web": CRASHING}, options=("wait",))
    said, _ = supervisor.communicate(timeout=60)
    assert said.splitlines()[-1] == "web does not stay up; the lines above say why."


def test_ctrl_c_ends_every_program_the_last_started_first(supervise: Start) -> None:
    lasting = textwrap.dedent("""
        import signal, sys, time
        def end(*_):
            print("ended", flush=True)
            sys.exit()
        signal.signal(signal.SIGTERM, end)
        print("up", flush=True)
        time.sleep(60)
    """)
    supervisor = supervise({"database": lasting}, {"web": lasting, "worker": lasting})
    listen_for(supervisor, "database: up", "web: up", "worker: up")
    children = psutil.Process(supervisor.pid).children()
    supervisor.send_signal(signal.SIGINT)
    said, _ = supervisor.communicate(timeout=60)
    assert supervisor.returncode == 0
    assert len(children) == 3
    assert not [child for child in children if child.is_running()]
    assert said.splitlines()[-1] == "database: ended"


def test_a_second_ctrl_c_does_not_wait_for_a_program_that_does_not_end(supervise: Start) -> None:
    supervisor = supervise({"stubborn": STUBBORN})
    listen_for(supervisor, "stubborn: up")
    supervisor.send_signal(signal.SIGTERM)
    time.sleep(1.2)
    assert supervisor.poll() is None
    supervisor.send_signal(signal.SIGTERM)
    supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of a parent's death")
def test_programs_end_when_their_supervisor_is_killed(supervise: Start) -> None:
    supervisor = supervise({"web": LONG})
    listen_for(supervisor, "web: up")
    children = psutil.Process(supervisor.pid).children()
    supervisor.kill()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert children
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


def test_a_program_that_is_not_there_is_told_of_and_tried_again(
    supervise: Start, tmp_path: Path
) -> None:
    code = SCRIPT.replace("[sys.executable, ", f"['{tmp_path / 'missing'}', ")
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), json.dumps([{"web": "pass"}])],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines = listen_for(process, "again in 1 s")
        process.terminate()
    assert "web: *** web cannot be started: " in lines[-1]
    assert process.returncode == 0
