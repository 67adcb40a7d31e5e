from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from school_erp.jobs.leases import Claimed


@dataclass(frozen=True, slots=True)
class JobEnded:
    """Done, failed for good, or cancelled."""

    job: Claimed
    state: str
    counts: Mapping[str, int]
