"""A worker process: `python worker.py QUEUE [--processes N]`. It is never monkey-patched."""

from __future__ import annotations

import argparse
import gc
import sys
from contextlib import suppress
from dataclasses import replace

# nothing of what is imported becomes garbage, and looking for it costs a tenth of the start
gc.disable()

from config import ROOT, Config
from school_erp import create_app
from school_erp.core.garbage import look_seldom
from school_erp.core.settings import UnsafeConfiguration
from school_erp.core.tenancy import UnsafeDatabaseRole, refuse_unsafe_role
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from school_erp.jobs.queues import QUEUES
from school_erp.jobs.worker import Shift
from school_erp.supervision.child import Program
from school_erp.supervision.supervisor import StopAsked, Supervisor


def main() -> int:
    arguments = _arguments()
    if arguments.queue not in QUEUES:
        return _refuse(f"There is no queue “{arguments.queue}”: choose {', '.join(QUEUES)}.")
    if arguments.processes > 1:
        return work_in_several(arguments.queue, arguments.processes)
    try:
        work(arguments.queue)
    except (ServerUnusable, UnsafeConfiguration, UnsafeDatabaseRole) as reason:
        return _refuse(str(reason))
    return 0


def work(queue: str) -> None:
    config = complete(Config.from_environment())
    app = create_app(replace(config, async_mode="threading"))
    with app.app_context(), db.engine.connect() as connection:
        refuse_unsafe_role(connection)
    look_seldom()
    Shift(app, queue).work()


def work_in_several(queue: str, processes: int) -> int:
    """One process for each, started again when it dies, ended together."""
    programs = [
        Program(f"{queue} {number}", [sys.executable, __file__, queue], directory=ROOT)
        for number in range(1, processes + 1)
    ]
    supervisor = Supervisor(lambda _name, line: sys.stderr.write(f"{line}\n"))
    with suppress(StopAsked), supervisor.watching():
        supervisor.start(programs)
        supervisor.stay()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue", help=", ".join(QUEUES))
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
