from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import ROOT
from school_erp.embedded.identity import Identity, stored_identity
from tests.embedded.places import place_for_servers

KEEPER = """
    import json, runpy, signal, sys
    from dataclasses import asdict
    from pathlib import Path
    # whoever starts tests in the background makes them deaf to it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    launch = runpy.run_path("school_erp/workbench/launch.py")
    launch["enter_package_without_running_it"]("school_erp")
    from school_erp.embedded.servers import ensure
    addresses = ensure(Path(sys.argv[1]), throwaway="durable" not in sys.argv)
    print(json.dumps(asdict(addresses)), flush=True)
    signal.pause()
"""

StartKeeper = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def var_dir() -> Iterator[Path]:
    with place_for_servers() as place:
        yield place / "var"


@pytest.fixture
def start_keeper(var_dir: Path) -> Iterator[StartKeeper]:
    """Processes that keep the servers of `var_dir` running, as a web process started alone does."""
    keepers: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        keeper = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KEEPER), str(var_dir), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        keepers.append(keeper)
        assert keeper.stdout is not None
        assert keeper.stdout.readline(), "the servers did not start"
        return keeper

    yield start
    for keeper in keepers:
        if keeper.poll() is None:
            keeper.send_signal(signal.SIGINT)
        keeper.communicate(timeout=60)


@pytest.fixture
def identity(var_dir: Path) -> Callable[[], Identity]:
    def read() -> Identity:
        found = stored_identity(var_dir)
        assert found is not None
        return found

    return read
