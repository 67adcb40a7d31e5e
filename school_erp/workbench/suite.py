"""`dev.py test`: the checks, then every test against real servers in a throw-away place."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config import ROOT, Config
from school_erp.embedded import servers
from school_erp.workbench.checks import Outcome, report, run_checks
from school_erp.workbench.surroundings import PYTHON, surroundings
from school_erp.workbench.telling import say

LEAST_COVERED = 92
WHOLE_SUITE = ["-q", "--dist", "worksteal"]
# counting branches makes the suite half as long again, so it has a command of its own
COUNTED = ["--cov", "--cov-report=term", f"--cov-fail-under={LEAST_COVERED}"]
# A fault fails again; what only lacked time beside the others does not. It is said either way.
FAILED_ALONE = ["--last-failed", "--last-failed-no-failures=none", "-q"]
SOME_FAILED = 1


@dataclass(frozen=True)
class Wanted:
    """Any of the programs will do; of the packages the first that the system has."""

    programs: tuple[str, ...]
    packages: tuple[str, ...]
    without: str


QUICKEST_BROWSER = "chromium-headless-shell"
WANTED = (
    Wanted(
        (QUICKEST_BROWSER, "chromium", "chromium-browser", "google-chrome"),
        (QUICKEST_BROWSER, "chromium"),
        "the browser journeys",
    ),
    Wanted(("nginx",), ("nginx-light",), "the journeys through nginx"),
)


def test(arguments: list[str]) -> int:
    """With arguments, only pytest, with those."""
    outcomes = [_pytest(arguments)] if arguments else _checks_and_tests()
    _summary(outcomes)
    return max(outcome.code for outcome in outcomes)


def coverage(arguments: list[str]) -> int:
    """Every test, or those named, with the branches they take counted."""
    _programs()
    return _pytest([*COUNTED, *WHOLE_SUITE, "-n", str(_workers()), *arguments]).code


@contextmanager
def throwaway_servers() -> Iterator[Config]:
    """Fast rather than lasting, and gone afterwards; the owner may clone databases here."""
    place = Path(tempfile.mkdtemp(prefix="school-erp-test-"))
    place.chmod(0o711)  # the account PostgreSQL runs as passes through
    try:
        own = servers.ensure(place / "var", throwaway=True)
        yield servers.fill_in(Config(var_dir=place / "var", testing=True), own)
    finally:
        servers.release(place / "var")
        shutil.rmtree(place, ignore_errors=True)


def _checks_and_tests() -> list[Outcome]:
    """Programs are fetched, and some tests wait for a lease to run out: then the checks read on."""
    with ThreadPoolExecutor(1) as pool:
        checks = pool.submit(run_checks, aside=True)
        programs, tests = _programs(), _whole_suite()
        return [programs, *checks.result(), tests]


def _whole_suite() -> Outcome:
    outcome = _pytest([*WHOLE_SUITE, "-n", str(_workers())])
    if outcome.code == SOME_FAILED:
        say("*** The tests that failed beside others run once more by themselves. ***")
        outcome = _pytest(FAILED_ALONE)
    return outcome


def _pytest(arguments: list[str]) -> Outcome:
    began = time.monotonic()
    with throwaway_servers() as config:
        code = _in_foreground(
            [PYTHON, "-m", "pytest", *arguments], surroundings(config, owner=True)
        )
    outcome = Outcome("tests", code, time.monotonic() - began)
    report(outcome)
    return outcome


def _in_foreground(argv: list[str], environment: dict[str, str]) -> int:
    """In our own process group, so that a debugger may use the terminal."""
    with subprocess.Popen(argv, cwd=ROOT, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            _let_clean_up(process)
            raise


def _let_clean_up(process: subprocess.Popen[bytes]) -> None:
    """A terminal's Ctrl-C has reached it already, and a second one would interrupt its cleaning."""
    if not sys.stdin.isatty():
        process.send_signal(signal.SIGINT)
    for request in (signal.SIGTERM, signal.SIGKILL):
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
            return
        process.send_signal(request)


def _workers() -> int:
    """More than cores: for a third of their time tests wait for processes of theirs."""
    return _cores() * 3 // 2


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _programs() -> Outcome:
    """Some journeys need programs of the system; a test machine may be given them."""
    began = time.monotonic()
    if _may_install():
        _install_missing()
    for each in _missing():
        say(f"*** There is no {each.packages[-1]} on this machine: {each.without} are SKIPPED. ***")
    return Outcome("programs", 0, time.monotonic() - began)


def _missing() -> list[Wanted]:
    return [each for each in WANTED if not any(map(shutil.which, each.programs))]


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _install_missing() -> None:
    if missing := _missing():
        _apt("update")
    for each in missing:
        _install_first(each.packages)
    if shutil.which(QUICKEST_BROWSER) is None:
        # another is there already: where this one cannot be had at once, the journeys take longer
        _apt("install", QUICKEST_BROWSER)


def _install_first(packages: tuple[str, ...]) -> None:
    refused = ""
    for package in packages:
        say(f"· installing {package} for the journeys")
        refused = _apt("install", package)
        if not refused:
            return
    say(refused)


def _apt(verb: str, *packages: str) -> str:
    """What it says if it fails."""
    apt = shutil.which("apt-get") or "apt-get"
    options = ["--yes", "--no-install-recommends"] if packages else []
    ended = subprocess.run(
        [apt, "-qq", verb, *options, *packages],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stderr.strip() if ended.returncode else ""


def _summary(outcomes: list[Outcome]) -> None:
    failed = [outcome.name for outcome in outcomes if outcome.code]
    say("")
    say(f"✗ {', '.join(failed)} failed" if failed else f"✓ all {len(outcomes)} steps passed")
