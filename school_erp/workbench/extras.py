"""`dev.py shell`, `dev.py bench`, `dev.py reset`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from config import ROOT
from school_erp.embedded import postgres, servers, valkey
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.watch import take_watch, who_watches
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


def bench(names: list[str]) -> int:
    """All of bench/, or the named ones."""
    known = {path.stem: path for path in sorted((ROOT / "bench").glob("[!_]*.py"))}
    if unknown := [name for name in names if name not in known]:
        raise ServerUnusable(f"bench/ has no {', '.join(unknown)}; it has {', '.join(known)}.")
    config = servers.complete(config_from_environment())
    codes = []
    for name in names or known:
        say(f"· {name}")
        environment = {**surroundings(config, owner=True), "PYTHONPATH": str(ROOT)}
        codes.append(subprocess.run([PYTHON, known[name]], env=environment, check=False).returncode)
    return max(codes, default=0)


def reset(arguments: list[str]) -> int:
    var_dir = config_from_environment().var_dir
    watch = take_watch(var_dir)
    if watch is None:
        raise ServerUnusable(f"{var_dir} is in use by {who_watches(var_dir)}: stop that first.")
    try:
        if "--yes" not in arguments and not _confirmed(var_dir):
            say("Nothing was deleted.")
            return 1
        _delete(var_dir)
    finally:
        watch.give_up()
    say(f"{var_dir} is empty; the next run starts afresh.")
    return 0


def _confirmed(var_dir: Path) -> bool:
    try:
        answer = input(f"This deletes every school, person and mark in {var_dir}. Type “delete”: ")
    except EOFError:
        return False
    return answer.strip() == "delete"


def _delete(var_dir: Path) -> None:
    postgres.end_running(var_dir)
    valkey.end_running(var_dir)
    for name in OURS:
        path = var_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
