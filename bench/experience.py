"""What using it feels like, in figures: writes the table of docs/experience.md.

`python -m bench.experience [PART ...]`: drives Chromium through everything that people should like,
in a school of its own, with real servers; with names of parts, those rows alone are written anew.
A figure that misses its goal is written as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from bench._experience import hall, jobs, offline, pages, paints, register
from bench._experience.stage import Stage, stage
from bench._experience.table import Row, write

PARTS: dict[str, Callable[[Stage], Iterator[Row]]] = {
    "taps": register.by_tap,
    "keys": register.by_key,
    "paints": paints.paints,
    "filled": register.filled,
    "offline": offline.marked_offline,
    "disagreed": offline.disagreed,
    "bulk": jobs.five_hundred,
    "hall": hall.session,
    "pages": pages.everywhere,
}


def main(wanted: list[str]) -> None:
    rows: list[Row] = []
    with stage() as school:
        for name in wanted or PARTS:
            for row in PARTS[name](school):
                print(row, flush=True)
                rows.append(row)
            write(rows)
        if not wanted:
            rows.append(complaints(school))
            print(rows[-1])
    write(rows)


def complaints(school: Stage) -> Row:
    refused = [each for each in school.complaints if "Content Security Policy" in each]
    for each in school.complaints:
        print("  ", each, flush=True)
    return Row(
        12,
        "no console error, no CSP violation, in any journey",
        f"{len(school.complaints)} errors, {len(refused)} of them of the policy",
        not school.complaints,
        f"{school.windows} windows of all of the above, but for the network being away",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
