"""What was measured, as a table in docs/experience.md."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from config import ROOT

PAGE = ROOT / "docs" / "experience.md"
BEGIN, END = "<!-- figures: bench/experience.py -->\n", "<!-- end of the figures -->\n"


_HEAD = ("| | goal | measured | how |", "| --- | --- | --- | --- |")


@dataclass(frozen=True, slots=True)
class Row:
    point: int
    goal: str
    measured: str
    met: bool
    how: str

    def __str__(self) -> str:
        told = self.measured if self.met else f"**missed:** {self.measured}"
        return f"| {self.point} | {self.goal} | {told} | {self.how} |"


def write(rows: Sequence[Row]) -> None:
    """Each in the place of the one that stood there for the same goal."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    stood, _, tail = rest.partition(END)
    by_goal = {_goal_of(line): line for line in stood.splitlines()[len(_HEAD) :]}
    by_goal |= {_goal_of(line): line for line in map(str, rows)}
    lines = [*_HEAD, *sorted(by_goal.values(), key=_point_of)]
    PAGE.write_text(f"{head}{BEGIN}{chr(10).join(lines)}\n{END}{tail}")


def _goal_of(line: str) -> tuple[str, ...]:
    return tuple(line.split(" | ")[:2])


def _point_of(line: str) -> int:
    return int(line.split("|")[1])


def spread(milliseconds: Sequence[float]) -> str:
    ordered = sorted(milliseconds)
    half, last = ordered[len(ordered) // 2], ordered[-1]
    return f"half within {half:.0f} ms, all {len(ordered)} within {last:.0f} ms"


def busy() -> str:
    """What else the machine was at, of which times tell as much as of us."""
    return f"load average {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
