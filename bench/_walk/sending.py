"""What somebody sees who sends a file: what it would do, line by line, good lines and bad."""

from __future__ import annotations

from bench._walk.pages import Atlas
from bench._walk.rounds import Round, Walker

CHOOSING = (
    "/imports/people",
    "/imports/sections",
    "/imports/enrolments",
    "/attendance/upload",
)
NONSENSE = ["nobody knows this one, nor its " + "very" * 20 + " long name", "31.13.2026"]


def send_files(walker: Walker, atlas: Atlas, each: Round) -> None:
    """The template as it can be had there, then the same with a line that means nothing."""
    for address in CHOOSING:
        template = walker.page.request.get(f"{walker.url}{address}/template.csv").text()
        columns = template.splitlines()[0].count(",") + 1
        nonsense = ",".join((NONSENSE * columns)[:columns])
        for lines in (template, f"{template.rstrip()}\r\n{nonsense}\r\n"):
            if walker.open(address) == 200:
                _look_at_report(walker, atlas, each, lines)


def _look_at_report(walker: Walker, atlas: Atlas, each: Round, lines: str) -> None:
    page = walker.page
    sheet = {"name": "sheet.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.set_input_files("input[type=file]", [sheet])  # type: ignore[list-item]
    with page.expect_navigation(wait_until="load"):
        page.click("main button[type=submit]")
    place = atlas.place(page.url)
    name = place.rule if place else page.url
    walker.seen.reached.add(name)
    walker.look(name, each.schemes)
    for link in walker.links():
        beside = atlas.place(link)
        if beside and link.endswith("/report.csv") and walker.open(link) == 0:
            walker.seen.reached.add(beside.rule)
