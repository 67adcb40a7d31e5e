from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def place_for_servers() -> Iterator[Path]:
    """Not in pytest's own folder, which every other run of pytest closes to all but its owner."""
    with tempfile.TemporaryDirectory(prefix="school-erp-test-") as place:
        Path(place).chmod(0o711)
        yield Path(place)
