"""Marking that goes on and on, each request at a place of its own, and what was answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count, product
from json import dumps
from threading import Event, Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bench._school import Class, School

URL = "/api/v1/school/attendance"
PUPILS, DAYS, CLIENTS, PAUSE = 30, 60, 4, 0.3
# at the pace of these clients for ten minutes
CLASSES = 130
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a request, as its sender knows it."""

    section: UUID
    day: str
    marks: int
    status: int
    at: float
    seconds: float

    @property
    def stored(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Load:
    school: School
    url: str
    told: list[Told] = field(default_factory=list)
    enough: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._token = self.school.caller().tokens["access_token"]
        classes = [self.school.add_class(f"Class {n}", PUPILS) for n in range(CLASSES)]
        self._places = iter(product(classes, range(DAYS)))

    def client(self, number: int) -> None:
        """By turns a job, a class that waits for its results, and a single mark."""
        for turn in count(number):
            if self.enough.wait(PAUSE):
                return
            with self._lock:
                section, days_ago = next(self._places)
            self.told.append(self._sent(section, days_ago, turn % 3))

    def _sent(self, section: Class, days_ago: int, way: int) -> Told:
        pupils = 1 if way == 2 else PUPILS
        marking = self.school.marking(section, days_ago, pupils)
        began = time.monotonic()
        if way == 2:
            path = f"{URL}/marks/{section.pupils[0]}/{marking['date']}/1"
            status = self._ask("PATCH", path, {"status": "ABSENT"})
        else:
            status = self._ask("POST", URL, marking, **({"Prefer": "wait=5"} if way else {}))
        ended = time.monotonic()
        return Told(section.id, marking["date"], pupils, status, ended, ended - began)

    def _ask(self, method: str, path: str, body: dict[str, Any], **more: str) -> int:
        line = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        said = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            line.request(method, path, dumps(body), said | more)
            answer = line.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return NO_ANSWER
        finally:
            line.close()
        return answer.status


@contextmanager
def going_on(load: Load) -> Iterator[None]:
    load.told.clear()
    load.enough.clear()
    with ThreadPoolExecutor(CLIENTS) as clients:
        running = [clients.submit(load.client, number) for number in range(CLIENTS)]
        try:
            yield
        finally:
            load.enough.set()
    for each in running:
        each.result()
