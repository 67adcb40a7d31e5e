"""`dev.py check`: the tools that read the code, each a named step."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config import ROOT
from school_erp.workbench.surroundings import PYTHON, config_from_environment, surroundings
from school_erp.workbench.telling import say

TOOLS = Path(PYTHON).parent
# the slowest first, so that the others fit beside it
STEPS = {
    "types": [str(TOOLS / "mypy")],
    "lint": [str(TOOLS / "ruff"), "check", "--quiet"],
    "format": [str(TOOLS / "ruff"), "format", "--check", "--quiet"],
    "import order": [str(TOOLS / "lint-imports")],
    "templates": [str(TOOLS / "djlint"), "--lint", "--quiet", "school_erp/templates"],
    "typescript": ["npm", "run", "--silent", "typecheck"],
    "browser code": ["npm", "run", "--silent", "test"],
}


@dataclass(frozen=True)
class Outcome:
    name: str
    code: int
    seconds: float


def check(_arguments: list[str]) -> int:
    outcomes = run_checks()
    return max(outcome.code for outcome in outcomes)


def run_checks(*, aside: bool = False) -> list[Outcome]:
    """Two at a time; each tells its outcome when it has it, and its output only if it failed.

    Aside, they take only what time others leave.
    """
    environment = surroundings(config_from_environment(), owner=False)
    last = ["nice", "-n", "19"] if aside and shutil.which("nice") else []
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda name: _check(name, last + STEPS[name], environment), STEPS))


def _check(name: str, argv: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    began = time.monotonic()
    ended = subprocess.run(
        argv,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outcome = Outcome(name, min(ended.returncode, 1), time.monotonic() - began)
    report(outcome, ended.stdout if ended.returncode else "")
    return outcome


def report(outcome: Outcome, output: str = "") -> None:
    mark = "✗" if outcome.code else "✓"
    said = "".join(f"\n    {line}" for line in output.rstrip().splitlines())
    say(f"{mark} {outcome.name:<14} {outcome.seconds:6.1f} s{said}")
