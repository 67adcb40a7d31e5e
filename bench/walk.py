"""Every page for every role, looked at by machine: does anything stand in anybody's way?

`python -m bench.walk [PATTERN]` founds demo schools, a crowded school and an empty one, and walks
them in Chromium: every page that a link or the application's own list of routes leads to, at 360
and 1,280 px, light and dark, in English, French and Arabic, with text and zoom at 200 %, folded and
unfolded. Then what fails: wrong forms, files with wrong lines, refusals, links that ran out, no
network, no database. A pattern walks only the rounds whose name it is found in, such as "teacher
phone". `WALK_PICTURES=folder` keeps a picture of each page; `WALK_CORES=2` walks two rounds at a
time. Without a pattern it writes its lines in docs/experience.md. It ends with 1 when anything was
found.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import NoReturn

from bench._database import own_database
from bench._servers import own_servers
from bench._walk.browsing import chromium
from bench._walk.failing import walk_failing
from bench._walk.grounds import Grounds, Visitor, lay_out, role_of
from bench._walk.pages import atlas_of_all
from bench._walk.rounds import Round, Seen, walk_round
from bench._walk.telling import tell, write
from tests.serving import web_process

NOBODY = Visitor("nobody", {})
# in the crowded school: whose errand, in which language
ERRANDS = (
    ("admin", "en", "empty forms"),
    ("guardian", "en", "empty forms"),
    ("admin", "ar", "files"),
)


def main(pattern: str) -> int:
    began, atlas, seen = time.monotonic(), atlas_of_all(), Seen()
    try:
        walks = walk_schools(pattern, seen)
    finally:
        # also what was seen until somebody ended it
        tell(seen, atlas, time.monotonic() - began)
    if not pattern:
        write(seen, atlas, walks)
    return 1 if seen.findings or atlas.rules - seen.reached else 0


def walk_schools(pattern: str, seen: Seen) -> int:
    """How many walks it took."""
    with own_servers() as servers, own_database(servers.config) as config:
        grounds = lay_out(config)
        wanted = [each for each in rounds(grounds) if re.search(pattern, str(each))]
        with (
            tempfile.TemporaryDirectory(prefix="walk-") as place,
            web_process(config, Path(place) / "log", LOG_LEVEL="WARNING") as web,
        ):
            for found in walk_all(web.url, wanted):
                seen.add(found)
            servers.end("postgres", signal.SIGKILL)
            seen.add(walk(web.url, Round("failing", NOBODY, "phone", errand="no database")))
            servers.start("postgres")
    return len(wanted) + 1


def walk_all(url: str, wanted: Sequence[Round]) -> Iterator[Seen]:
    """Each in a process of its own; they end with this one, however it ends."""
    cores = int(os.environ.get("WALK_CORES", "1"))
    walkers = get_context("spawn").Pool(cores, maxtasksperchild=1)
    try:
        yield from walkers.imap(partial(walk, url), wanted)
    finally:
        walkers.terminate()
        walkers.join()


def rounds(grounds: Grounds) -> Iterator[Round]:
    """Each role at both widths and in both colours; the rest where it could show most: other
    languages where names are long, nothing where nobody is yet. An officer's pages are among an
    administrator's."""
    for visitor in grounds.visitors["riverside"]:
        if visitor.role != "officer":
            yield Round("riverside", visitor, "phone")
        yield Round("riverside", visitor, "phone", errand="refusals")
    yield from with_long_names(grounds)
    for role in ("admin", "teacher", "guardian"):
        newcomer = role_of(grounds.visitors["empty"], role)
        yield Round("empty", newcomer, "phone", "en", ("light",))
    letters = tuple(grounds.letters)
    for device, language in (("phone", "ar"), ("desk", "fr")):
        yield Round("failing", NOBODY, device, language, errand="signed out", letters=letters)
    for role, language, errand in ERRANDS:
        visitor = role_of(grounds.visitors["crowded"], role)
        yield Round("crowded", visitor, "phone", language, errand=errand)
    yield from without_network(grounds)


def with_long_names(grounds: Grounds) -> Iterator[Round]:
    for visitor in grounds.visitors["crowded"]:
        besides = tuple(grounds.besides.get(visitor.role, ()))
        yield Round("crowded", visitor, "phone", "ar", ("light",), besides=besides)
        if visitor.role != "officer":
            yield Round("crowded", visitor, "desk", "fr", besides=besides)


def without_network(grounds: Grounds) -> Iterator[Round]:
    crowded = grounds.visitors["crowded"]
    teacher, officer = role_of(crowded, "teacher"), role_of(crowded, "officer")
    alone = Round("crowded", teacher, "phone", errand="no network", follower=officer)
    for language in ("en", "fr", "ar"):
        yield replace(alone, language=language, besides=tuple(grounds.besides["teacher"]))


def walk(url: str, each: Round) -> Seen:
    pictures = os.environ.get("WALK_PICTURES")
    folder = Path(pictures) if pictures else None
    act = walk_round if each.errand == "pages" else walk_failing
    with chromium() as browser:
        seen = act(browser, url, atlas_of_all(), each, folder)
    print(f"{each}: {seen.pages} pages, {len(seen.findings)} findings", flush=True)
    for found in seen.findings:
        print(f"  {found.rule}: {found.place}: {found.what}", flush=True)
    return seen


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
