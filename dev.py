#!/usr/bin/env python3
"""From a bare Python to a running school: `python3 dev.py run`, and `python3 dev.py test`.

Standard library only. It prepares what is missing (virtual environment, packages, front end) and
hands over to school_erp/workbench, which knows the rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATIC = ROOT / "school_erp" / "static"
TRANSLATIONS = ROOT / "school_erp" / "translations"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20

USAGE = """usage: python3 dev.py COMMAND

  run                  start everything with two demo schools; Ctrl-C stops it
  test [PYTEST ARGS]   all checks and tests in a throw-away place; with arguments only pytest
  coverage             the tests once more, with every branch counted
  check                lint, format, types, import order, templates, TypeScript
  bench [NAME ...]     the measurements behind docs/performance.md; NAME -- ARGS for one of them
  reset [--yes]        delete the data under var/
  shell [COMMAND ...]  a shell with the servers up and the addresses set

HOST, PORT, WEB_PROCESSES, BULK_WORKERS, VAR_DIR, DATABASE_URL, OWNER_DATABASE_URL, REDIS_URL and
ASYNC_MODE are honoured; docs/operations.md explains them."""

# what each command needs: which requirements, and whether pages must be built
NEEDS = {
    "run": ("requirements.txt", True),
    "test": ("requirements-dev.txt", True),
    "coverage": ("requirements-dev.txt", True),
    "check": ("requirements-dev.txt", True),
    "bench": ("requirements-dev.txt", True),
    "reset": ("requirements.txt", False),
    "shell": ("requirements.txt", False),
}


class CannotGoOn(Exception):
    """The sentence says what is missing and what to do."""


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else ""
    if command not in NEEDS:
        print(USAGE)
        return 0 if command in {"-h", "--help", "help"} else 2
    signal.signal(signal.SIGTERM, _stop)
    try:
        prepare(*NEEDS[command])
    except CannotGoOn as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        end_tools()
    return hand_over(arguments)


def hand_over(arguments: list[str]) -> NoReturn:
    """Become the workbench: signals meant for this process reach it without a detour."""
    os.chdir(ROOT)
    # packages are compiled as they are first used, and each start after that is seconds faster
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    launch = str(ROOT / "school_erp" / "workbench" / "launch.py")
    os.execv(PYTHON, [str(PYTHON), launch, *arguments])  # noqa: S606


def prepare(requirements: str, pages: bool) -> None:
    """Packages and pages take turns at two cores, so they are made side by side."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotGoOn(f"Python {platform.python_version()} is too old: 3.11 or newer is needed.")
    make_virtual_environment()
    own_node = node_of_the_machine()
    if pages and own_node:
        with beside(partial(build_pages, own_node)):
            install_packages(requirements)
    else:
        install_packages(requirements)
        if pages:
            build_pages(node_from_a_package())
    compile_translations()


def make_virtual_environment() -> None:
    if (VENV / "made").exists() and PYTHON.exists():
        return
    if not (PYTHON.exists() and (VENV / "bin" / "pip").exists()):
        if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
            raise CannotGoOn(
                "This Python cannot make virtual environments: install its venv module "
                "(on Debian and Ubuntu: apt-get install python3-venv) and run this again."
            )
        step("making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    (VENV / "made").touch()


def install_packages(requirements: str) -> None:
    """requirements-dev.txt holds everything of requirements.txt, so either satisfies the latter."""
    stamp = VENV / "installed"
    wanted = {name: fingerprint([ROOT / name]) for name in _those_it_satisfies(requirements)}
    installed = stamp.read_text().split() if stamp.exists() else []
    if wanted[requirements] in installed:
        return
    step(f"installing {requirements}", pip("-r", str(ROOT / requirements)))
    stamp.write_text("\n".join(wanted.values()))


def _those_it_satisfies(requirements: str) -> list[str]:
    both = ["requirements-dev.txt", "requirements.txt"]
    return both[both.index(requirements) :]


def pip(*arguments: str) -> list[str]:
    """What is listed names all that it needs, so pip need not work that out again."""
    listed = ["--require-hashes", "--only-binary=:all:", "--no-deps"]
    quietly = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    return [str(PYTHON), "-m", "pip", "install", *quietly, *listed, *arguments]


def node_of_the_machine() -> str | None:
    """The folder of a node that is new enough and has npm beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    number = asked.stdout.strip().lstrip("v").partition(".")[0]
    return str(Path(npm).parent) if number.isdigit() and int(number) >= OLDEST_NODE else None


def node_from_a_package() -> str:
    requirements = ROOT / "requirements-node.txt"
    stamp = VENV / "node"
    if not (stamp.exists() and stamp.read_text() == fingerprint([requirements])):
        step("installing Node", pip("-r", str(requirements)))
        stamp.write_text(fingerprint([requirements]))
    return str(VENV / "bin")


def build_pages(node: str) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([node, os.environ.get("PATH", "")])}
    lock = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    modules = ROOT / "node_modules"
    with unless_done(modules / ".made-of", fingerprint(lock)) as needed:
        if needed:
            command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            step("installing front-end packages", command, environment)
    sources = [*lock, ROOT / "tsconfig.json", ROOT / "school_erp" / "frontend"]
    # the styles that are kept are those the templates use
    sources.append(ROOT / "school_erp" / "templates")
    with unless_done(STATIC / ".made-of", fingerprint(sources)) as needed:
        if needed:
            step("building pages", ["npm", "run", "--silent", "build"], environment)


def compile_translations() -> None:
    """Only those that changed: pybabel takes half a second even when there is nothing to do."""
    catalogues = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    if all(is_newer(catalogue.with_suffix(".mo"), catalogue) for catalogue in catalogues):
        return
    pybabel = str(VENV / "bin" / "pybabel")
    step("compiling translations", [pybabel, "-q", "compile", "-d", str(TRANSLATIONS)])


def is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def fingerprint(paths: list[Path]) -> str:
    """Of names and contents, and of the Python that is asked: an upgrade starts afresh."""
    seen = hashlib.sha256(f"{sys.version_info[:2]} {platform.machine()}".encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                content = file.read_bytes()
                seen.update(f"{file.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
                seen.update(content)
    return seen.hexdigest()


@contextlib.contextmanager
def unless_done(stamp: Path, made_of: str) -> Iterator[bool]:
    """The stamp is written only once the work is done, inside what was made."""
    done = stamp.exists() and stamp.read_text() == made_of
    yield not done
    if not done:
        stamp.write_text(made_of)


@contextlib.contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """Run `work` in a thread while the block runs; its failure is ours."""
    failures: list[CannotGoOn] = []

    def guarded() -> None:
        try:
            work()
        except CannotGoOn as failure:
            failures.append(failure)

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    yield
    thread.join()
    if failures:
        raise failures[0]


_running: set[subprocess.Popen[str]] = set()


def step(name: str, argv: list[str], environment: dict[str, str] | None = None) -> None:
    """Run one tool in a process group of its own; show what it said only if it failed."""
    print(f"· {name} …", flush=True)
    began = time.monotonic()
    tool = subprocess.Popen(
        argv,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    _running.add(tool)
    said, _ = tool.communicate()
    _running.discard(tool)
    if tool.returncode:
        raise CannotGoOn(why_it_failed(name, said))
    print(f"✓ {name} ({time.monotonic() - began:.1f} s)", flush=True)


def end_tools() -> None:
    for tool in list(_running):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(tool.pid, signal.SIGTERM)


def why_it_failed(name: str, said: str) -> str:
    if "No space left on device" in said or "ENOSPC" in said:
        return f"The disk is full, so {name} failed: make room and run this again."
    if "Connection" in said and "Retrying" in said:
        return f"The package index cannot be reached, so {name} failed: try again when it can."
    for line in said.splitlines():
        if "No matching distribution found for" in line:
            package = line.rpartition(" for ")[2].split()[0]
            return (
                f"There is no built package of {package} for this machine ({platform.system()} "
                f"{platform.machine()}, Python {platform.python_version()}): use a 64-bit Linux "
                "with glibc or macOS, and Python 3.11 to 3.14."
            )
    return f"{said.rstrip()}\n\n{name[:1].upper()}{name[1:]} failed; its lines are above."


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
