"""Requests of many schools, interleaved over few connections: does any see another's rows?

`python -m bench.tenancy_leaks [REQUESTS]` asks one real web process, with a pool of five, a route
whose query names no school, so that the database's policies alone keep schools apart. It prints
how many answers held another school's rows, and how many were errors; both have to be 0.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import school_erp
from bench._database import own_database
from config import ROOT, Config
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from tests.serving import web_process
from tests.world import Caller, found_world

SCHOOLS, POOL, AT_ONCE = 20, 5, 20
PATH = "/api/try/people"


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config, tempfile.TemporaryDirectory() as place:
        callers = callers_of_schools(config)
        with web_process(
            config,
            Path(place) / "web.log",
            "tests/core/slow_web.py",
            DATABASE_POOL=str(POOL),
            DATABASE_OVERFLOW="0",
            LOG_LEVEL="WARNING",
            PYTHONPATH=str(ROOT),
        ) as web:
            began = time.perf_counter()
            outcomes = ask_all(web.url, callers, requests)
            seconds = time.perf_counter() - began
    print(f"{requests:,} requests of {SCHOOLS} schools over a pool of {POOL}, {AT_ONCE} at once")
    print(f"leaks {outcomes['leak']}, errors {outcomes['error']}, right {outcomes['right']:,}")
    print(f"{requests / seconds:,.0f} requests a second")
    sys.exit(outcomes["right"] != requests)


def callers_of_schools(config: Config) -> list[tuple[str, str]]:
    """Each school's id with a token of its teacher's."""
    app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
    callers = []
    for _ in range(SCHOOLS):
        world = found_world(config)
        token = Caller(app, world, "tom").tokens["access_token"]
        callers.append((str(world.school_id), token))
    with app.app_context():
        db.engine.dispose()
    return callers


def ask_all(url: str, callers: list[tuple[str, str]], requests: int) -> Counter[str]:
    """Each client keeps its connection and asks for one school after the other."""

    def ask(client: int) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        line = HTTPConnection(urlsplit(url).netloc, timeout=30)
        for number in range(client, requests, AT_ONCE):
            school_id, token = callers[(number + number // AT_ONCE) % SCHOOLS]
            line.request("GET", PATH, headers={"Authorization": f"Bearer {token}"})
            answer = line.getresponse()
            outcomes[judged(answer.status, answer.read(), school_id)] += 1
        line.close()
        return outcomes

    with ThreadPoolExecutor(AT_ONCE) as clients:
        return sum(clients.map(ask, range(AT_ONCE)), Counter())


def judged(status: int, body: bytes, school_id: str) -> str:
    if status != 200:
        return "error"
    return "right" if set(json.loads(body)) == {school_id} else "leak"


if __name__ == "__main__":
    main()
