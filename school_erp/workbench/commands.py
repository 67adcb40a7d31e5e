from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Callable

from school_erp.embedded.errors import ServerUnusable
from school_erp.supervision.supervisor import GaveUp, StopAsked
from school_erp.workbench import checks, extras, run, suite
from school_erp.workbench.provider import serving

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run.run,
    "provider": serving.serve,
    "test": suite.test,
    "coverage": suite.coverage,
    "check": checks.check,
    "bench": extras.bench,
    "reset": extras.reset,
    "shell": extras.shell,
}


def main(command: str, *arguments: str) -> int:
    """Whatever goes wrong on the way is one sentence, not a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return COMMANDS[command](list(arguments))
    except StopAsked:
        return 0
    except KeyboardInterrupt:
        return 130
    except (ServerUnusable, GaveUp) as reason:
        return _say(str(reason))
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            return _say(f"The disk is full ({fault.filename or 'no place named'}): make room.")
        raise


def _say(sentence: str) -> int:
    sys.stderr.write(f"\n{sentence}\n")
    return 1


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
