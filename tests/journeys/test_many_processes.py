"""Two web processes and two bulk workers behind the nginx that we ship."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from redis import Redis

from bench._crew import Crew, crew
from config import Config
from tests.jobs.conftest import wait_for
from tests.journeys.nginx import Site, certified, nginx, program
from tests.realtime.listening import Screen
from tests.serving import Web, forked_web_starting, free_port
from tests.serving import wait_for as wait_for_answer
from tests.world import Caller, World

pytestmark = pytest.mark.processes
URL = "/api/v1/school/attendance"
PRETENDING = {"X-Forwarded-For": "203.0.113.9"}


@contextmanager
def node(servers: Config, redis: Redis, place: Path) -> Iterator[tuple[Site, list[Web], Crew]]:
    """All of it, started side by side."""
    program()
    site = certified(place, free_port(), free_port())
    settings = {"PUBLIC_URL": site.url, "TRUSTED_PROXIES": "1"}
    with ExitStack() as started:
        webs = [
            started.enter_context(
                forked_web_starting(servers, place / f"web{number}.log", **settings)
            )
            for number in (1, 2)
        ]
        workers = started.enter_context(
            crew(servers, place / "workers.log", "bulk", "bulk", "upkeep")
        )
        for web in webs:
            wait_for_answer(f"{web.url}/health/live", web.process, web.log)
        wait_for(lambda: len(workers.at_post(redis, "bulk")) == 2, 20)
        started.enter_context(nginx(site, webs))
        yield site, webs, workers


@dataclass(frozen=True)
class Teacher:
    """Marks in 7A, wherever it is sent."""

    caller: Caller
    https: requests.Session

    def correct(self, address: str, status: str) -> None:
        world = self.caller.world
        path = f"{address}{URL}/marks/{world.pia}/{world.today}/1"
        answer = self.https.patch(
            path, json={"status": status}, headers=self.caller.headers, timeout=10
        )
        assert answer.status_code == 200, answer.text

    def have_marked(self, address: str, status: str) -> None:
        """By a worker."""
        world = self.caller.world
        marking = {
            "date": world.today.isoformat(),
            "section_id": str(world.homeroom_7a),
            "records": [{"student_id": str(world.paul), "status": status}],
        }
        answer = self.https.post(
            address + URL, json=marking, headers=self.caller.headers, timeout=10
        )
        assert answer.status_code == 202, answer.text


def test_screens_on_every_process_hear_each_event_once_and_survive_a_killed_process(
    servers: Config,
    redis: Redis,
    founded: World,
    as_: Callable[..., Caller],
    tmp_path: Path,
) -> None:
    tom, room = as_("tom"), f"class_{founded.homeroom_7a}"
    with node(servers, redis, tmp_path) as (site, webs, workers), ExitStack() as opened:
        teacher = Teacher(tom, opened.enter_context(site.caller()))
        see_what_nginx_does(teacher.https, site)
        screens = [Screen(room, site.caller()) for _ in range(5)]
        for screen, transport in zip(screens, ["websocket"] * 4 + ["polling"], strict=True):
            opened.callback(screen.close)
            screen.open(site.url, tom.tokens["access_token"], transport, **PRETENDING)
            assert screen.transport == transport
        assert sorted(map(sockets_on, webs)) == [2, 3]
        addresses = [each.decode() for each in redis.scan_iter("erp:sockets:*.*.*.*")]
        assert addresses == ["erp:sockets:127.0.0.1"]

        def all_have(count: int) -> None:
            wait_for(lambda: all(screen.seq == count for screen in screens), 10)

        # made in either web process
        teacher.correct(webs[0].url, "ABSENT")
        teacher.correct(webs[1].url, "LATE")
        all_have(2)
        # in one worker, then in the only other, then in one that has come since
        teacher.have_marked(site.url, "ABSENT")
        all_have(3)
        first, second = workers.at_post(redis, "bulk")
        workers.kill(first)
        teacher.have_marked(site.url, "LATE")
        all_have(4)
        workers.add("bulk")
        wait_for(lambda: set(workers.at_post(redis, "bulk")) - {second}, 10)
        workers.kill(second)
        teacher.have_marked(site.url, "PRESENT")
        all_have(5)
        assert [screen.heard for screen in screens] == [[1, 2, 3, 4, 5]] * 5

        # a web process is killed while something happens in the other
        webs[0].process.kill()
        teacher.correct(webs[1].url, "PRESENT")
        wait_for(lambda: sockets_on(webs[1]) == 5, 15)
        teacher.correct(site.url, "ABSENT")
        all_have(7)
        for screen in screens:
            assert [event["seq"] for event in screen.applied] == [*range(1, 8)]
            assert screen.applied == screens[0].applied


def sockets_on(web: Web) -> int:
    told = requests.get(f"{web.url}/metrics", timeout=5).text
    found = re.search(r"^school_erp_sockets (\d+)", told, re.MULTILINE)
    assert found
    return int(found[1])


def see_what_nginx_does(https: requests.Session, site: Site) -> None:
    """What it keeps back, passes on, and serves itself."""

    def got(path: str, **extra: Any) -> requests.Response:
        return https.get(site.url + path, timeout=10, **extra)

    away = https.get(f"http://127.0.0.1:{site.plain_port}/", allow_redirects=False, timeout=10)
    assert (away.status_code, away.headers["Location"]) == (301, "https://127.0.0.1/")
    page = got("/sign-in", headers={"X-Request-ID": "asked-by-me", "X-Forwarded-Host": "evil"})
    assert page.headers["X-Request-ID"] == "asked-by-me"
    assert "evil" not in page.text
    assert len(got("/sign-in", headers={"X-Request-ID": "in vain"}).headers["X-Request-ID"]) == 32
    style = re.search(r"/static/app-[0-9A-Z]{8}\.css", page.text)
    assert style
    built = got(style[0], headers={"Accept-Encoding": "gzip"})
    assert built.headers["Content-Encoding"] == "gzip"
    assert built.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert built.headers["Content-Type"].startswith("text/css")
    assert got("/metrics").status_code == 404
    missing = got("/static/nothing.js")
    assert (missing.status_code, "<!doctype html>" in missing.text) == (404, True)
    large = https.post(f"{site.url}/api/v1/auth/login", data=b" " * (8 << 20) + b"  ", timeout=10)
    assert large.status_code == 413
    assert large.json()["error"]["code"] == "too_large"
