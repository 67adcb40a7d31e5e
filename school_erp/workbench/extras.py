"""`dev.py shell`, `dev.py bench`, `dev.py reset`."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from config import ROOT, Config
from school_erp.embedded import postgres, servers, valkey
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.watch import Watch, take_watch, who_watches
from school_erp.workbench.surroundings import PYTHON, config_from_environment, surroundings
from school_erp.workbench.telling import say

# what the program itself puts into a var/; anything else in there is somebody else's
OURS = (
    "postgres",
    "postgres.unfinished",
    "valkey",
    "log",
    "embedded.json",
    "run.json",
    "outbox.jsonl",
    "bench",
)


def shell(arguments: list[str]) -> int:
    """A shell, or one command, with the servers up and the addresses set."""
    config = servers.complete(config_from_environment())
    argv = arguments or [os.environ.get("SHELL", "/bin/sh")]
    if not arguments:
        say("Servers are up; `flask`, `pytest` and the addresses are set. Leave with `exit`.")
    return subprocess.run(
        argv, cwd=ROOT, env=surroundings(config, owner=True), check=False
    ).returncode


def bench(arguments: list[str]) -> int:
    """All of bench/, or the named ones; one alone may be given arguments of its own after `--`."""
    names, own = _before_and_after("--", arguments)
    known = {path.stem: path for path in sorted((ROOT / "bench").glob("[!_]*.py"))}
    if unknown := [name for name in names if name not in known]:
        raise ServerUnusable(f"bench/ has no {', '.join(unknown)}; it has {', '.join(known)}.")
    if own and len(names) != 1:
        raise ServerUnusable("Name one measurement before --: what follows is for it alone.")
    config = _where_databases_may_be_made()
    codes = []
    for name in names or known:
        say(f"· {name}")
        environment = {**surroundings(config, owner=True), "PYTHONPATH": str(ROOT)}
        argv = [PYTHON, str(known[name]), *own]
        codes.append(subprocess.run(argv, env=environment, check=False).returncode)
    return max(codes, default=0)


def _before_and_after(mark: str, arguments: list[str]) -> tuple[list[str], list[str]]:
    at = arguments.index(mark) if mark in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def _where_databases_may_be_made() -> Config:
    """Lasting servers beside those of `run`, whose owner must not make databases."""
    given = config_from_environment()
    beside = replace(given, var_dir=given.var_dir / "bench")
    return servers.complete(beside, may_create_databases=True)


def reset(arguments: list[str]) -> int:
    var_dir = config_from_environment().var_dir
    with ExitStack() as held:
        for place in _places(var_dir):
            held.callback(_watch_over(place).give_up)
        if "--yes" not in arguments and not _confirmed(var_dir):
            say("Nothing was deleted.")
            return 1
        _delete(var_dir)
    say(f"{var_dir} is empty; the next run starts afresh.")
    return 0


def _places(var_dir: Path) -> list[Path]:
    """Where servers of ours may be running."""
    measured = var_dir / "bench"
    return [var_dir, measured] if measured.exists() else [var_dir]


def _watch_over(place: Path) -> Watch:
    watch = take_watch(place)
    if watch is None:
        raise ServerUnusable(f"{place} is in use by {who_watches(place)}: stop that first.")
    return watch


def _confirmed(var_dir: Path) -> bool:
    try:
        answer = input(f"This deletes every school, person and mark in {var_dir}. Type “delete”: ")
    except EOFError:
        return False
    return answer.strip() == "delete"


def _delete(var_dir: Path) -> None:
    for place in _places(var_dir):
        postgres.end_running(place)
        valkey.end_running(place)
    for name in OURS:
        path = var_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
