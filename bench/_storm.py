"""Requests over many lines at once, and watchers who note when they hear of whom."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import socketio


@dataclass(frozen=True)
class Request:
    whose: str
    sent: bytes


@dataclass
class Answers:
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    # when each person's first request left
    sent_at: dict[str, float] = field(default_factory=dict)
    # and when they were first answered
    answered_at: dict[str, float] = field(default_factory=dict)
    took: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.took

    def milliseconds(self, share: float) -> float:
        return percentile(self.seconds, share) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def asking(method: str, path: str, whose: str, token: str, body: Any = None) -> Request:
    sent = json.dumps(body).encode() if body is not None else b""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    return Request(whose, head.encode() + sent)


def send(urls: Sequence[str], requests: Sequence[Request], lines: int) -> Answers:
    """Each line sends the next request as soon as its last was answered."""
    return asyncio.run(_send(urls, requests, lines))


async def _send(urls: Sequence[str], requests: Sequence[Request], lines: int) -> Answers:
    answers, left = Answers(), iter(requests)
    places = [urlsplit(urls[number % len(urls)]) for number in range(lines)]
    opened = [await asyncio.open_connection(place.hostname, place.port) for place in places]
    began = time.monotonic()
    await asyncio.gather(*(_line(*line, left, answers) for line in opened))
    answers.took = time.monotonic() - began
    for _reader, writer in opened:
        writer.close()
    return answers


async def _line(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    left: Iterator[Request],
    answers: Answers,
) -> None:
    for request in left:
        sent = time.monotonic()
        answers.sent_at.setdefault(request.whose, time.time())
        writer.write(request.sent)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        answers.seconds.append(time.monotonic() - sent)
        answers.answered_at.setdefault(request.whose, time.time())
        answers.statuses[int(head.split(b" ", 2)[1])] += 1


def _length(head: bytes) -> int:
    _before, _name, after = head.lower().partition(b"\r\ncontent-length:")
    return int(after.split(b"\r\n", 1)[0])


class Watcher:
    """Notes when it first hears of each student, and what it was last told."""

    def __init__(self, url: str, token: str, room: str) -> None:
        self.heard: dict[str, float] = {}
        self.told: list[tuple[str, float]] = []
        self.present = -1
        # a line that is cut comes back, but does not ask again for the room, as a page does
        self.cut_because: list[str] = []
        self._line = socketio.Client()
        self._line.on("disconnect", lambda reason: self.cut_because.append(str(reason)))
        self._line.on("CHECK_IN", self._check_in)
        self._line.on("STATS_UPDATE", self._stats)
        self._line.connect(url, auth={"token": token}, transports=["websocket"])
        answer = self._line.call("subscribe", {"room": room})
        assert answer["ok"], answer

    def most_in_a_second(self, kind: str) -> int:
        at = [moment for name, moment in self.told if name == kind]
        return max((sum(0 <= other - one < 1 for other in at) for one in at), default=0)

    def close(self) -> None:
        self._line.on("disconnect", lambda _reason: None)
        self._line.disconnect()

    def _check_in(self, said: dict[str, Any]) -> None:
        moment = time.time()
        self.told.append(("CHECK_IN", moment))
        for line in said["payload"]["check_ins"]:
            self.heard.setdefault(line["student_id"], moment)

    def _stats(self, said: dict[str, Any]) -> None:
        self.told.append(("STATS_UPDATE", time.time()))
        self.present = said["payload"]["students_present"]
