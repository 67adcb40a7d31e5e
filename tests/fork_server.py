"""Starts programs as forks of itself: it has imported all of theirs, which is most of a start.

A program of tests/forking.py, which holds the other end of its line. It answers with the number of
each, and later with how that one ended.
"""

from __future__ import annotations

import json
import runpy
import sys
from importlib import import_module

# as they are before eventlet changes them: what is forked begins without its loop
from os import _exit, chdir, close, dup2, environ, fork, waitpid, write
from pathlib import Path
from signal import SIG_DFL, SIG_IGN, SIGCHLD, signal
from socket import recv_fds, socket

ROOT = Path(__file__).resolve().parents[1]


def import_what_programs_import() -> None:
    sys.path[0] = str(ROOT)
    import_module("wsgi")
    if environ["ASYNC_MODE"] != "eventlet":
        import_module("worker")
    import_module("tests.templates").keep_compiled_templates()


def serve(line: socket) -> None:
    signal(SIGCHLD, SIG_IGN)
    while True:
        asked, descriptors, _, _ = recv_fds(line, 1 << 20, 3)
        if not asked:
            return
        if fork() == 0:
            line.close()
            start(json.loads(asked), descriptors)
            return
        for descriptor in descriptors:
            close(descriptor)


def start(asked: dict[str, object], descriptors: list[int]) -> None:
    """One process becomes the program, and its parent tells how it ends."""
    signal(SIGCHLD, SIG_DFL)
    told, *spoken = descriptors
    if child := fork():
        for descriptor in spoken:
            close(descriptor)
        write(told, b"%d\n" % child)
        write(told, b"%d\n" % waitpid(child, 0)[1])
        _exit(0)
    close(told)
    for number, descriptor in enumerate(spoken, start=1):
        dup2(descriptor, number)
        close(descriptor)
    become(**asked)  # type: ignore[arg-type]


def become(argv: list[str], environment: dict[str, str]) -> None:
    environ.clear()
    environ.update(environment)
    chdir(ROOT)
    sys.argv = argv
    runpy.run_path(str(ROOT / argv[0]), run_name="__main__")


if __name__ == "__main__":
    import_what_programs_import()
    serve(socket(fileno=int(sys.argv[1])))
