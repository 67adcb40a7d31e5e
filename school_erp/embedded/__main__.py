"""`python -m school_erp.embedded postgres | valkey | prepare`, for a supervisor of one's own."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NoReturn

from config import Config
from school_erp.embedded import servers
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.identity import identity_of, stored_identity
from school_erp.embedded.watch import make_var_dir
from school_erp.supervision.lifeline import hold_on_to_parent

USAGE = "usage: python -m school_erp.embedded postgres | valkey | prepare"


def main(arguments: list[str]) -> int:
    var_dir = Config.from_environment().var_dir
    try:
        make_var_dir(var_dir)
        match arguments:
            case ["postgres" | "valkey" as server]:
                become(server, var_dir)
            case ["prepare"]:
                return prepare(var_dir)
            case _:
                sys.stderr.write(f"{USAGE}\n")
                return 2
    except ServerUnusable as reason:
        sys.stderr.write(f"{reason}\n")
        return 1


def become(server: str, var_dir: Path) -> NoReturn:
    """Turn into the server, so that whoever watches this process watches the server."""
    (program,) = servers.programs(var_dir, [server])
    if program.before_start:
        program.before_start()
    if program.user is not None and program.group is not None:
        os.setgroups([])
        os.setgid(program.group)
        os.setuid(program.user)
    hold_on_to_parent(program.stop_signal)
    os.chdir(program.directory or "/")
    os.execve(program.argv[0], program.argv, dict(program.environment or {}))  # noqa: S606


def prepare(var_dir: Path) -> int:
    """Wait for both, make roles and database, and print the addresses as one line of JSON."""
    for server in servers.BOTH:
        servers.wait_until(
            partial(_answers, var_dir, server),
            f"{server} does not answer: start it with `python -m school_erp.embedded {server}`.",
        )
    identity = identity_of(var_dir)
    servers.prepare(identity)
    sys.stdout.write(json.dumps(asdict(servers.addresses(identity))) + "\n")
    return 0


def _answers(var_dir: Path, server: str) -> bool:
    """Looked up anew each time: the other process may only now be choosing its port."""
    identity = stored_identity(var_dir)
    return identity is not None and servers.answers(identity, server)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
