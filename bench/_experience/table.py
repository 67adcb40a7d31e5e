"""What was measured, as a table in docs/experience.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config import ROOT

PAGE = ROOT / "docs" / "experience.md"
BEGIN, END = "<!-- figures: bench/experience.py -->\n", "<!-- end of the figures -->\n"


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
    """In the place of what stood between the two marks."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    lines = ["| | goal | measured | how |", "| --- | --- | --- | --- |", *map(str, rows)]
    PAGE.write_text(f"{head}{BEGIN}{chr(10).join(lines)}\n{END}{tail}")


def spread(milliseconds: Sequence[float]) -> str:
    ordered = sorted(milliseconds)
    half, last = ordered[len(ordered) // 2], ordered[-1]
    return f"half within {half:.0f} ms, all {len(ordered)} within {last:.0f} ms"
