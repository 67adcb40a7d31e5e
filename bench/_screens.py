"""Screens without a browser, as many as one asks for."""

from __future__ import annotations

import json
import select
import time
from dataclasses import dataclass, field
from typing import Any

import websocket


@dataclass(eq=False)
class Line:
    """A screen: subscribed to one room, and coming back with the last number it heard."""

    port: int
    token: str
    room: str
    seq: int = 0
    applied: list[int] = field(default_factory=list)
    ahead: dict[int, dict[str, Any]] = field(default_factory=dict)
    ws: websocket.WebSocket | None = None
    told_to_catch_up: bool = False
    waits: bool = False

    def open(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
        self.ws = websocket.create_connection(address, timeout=20)
        self.ws.recv()
        self.ws.send("40" + json.dumps({"token": self.token}))
        while (said := self.ws.recv()) == "2":
            self.ws.send("3")
        assert said.startswith("40{"), said
        self.catch_up()

    def catch_up(self) -> None:
        self.ask()
        while self.waits:
            self.read()

    def ask(self) -> None:
        assert self.ws is not None
        self.waits = True
        self.ws.send('421["subscribe",' + json.dumps({"room": self.room, "after": self.seq}) + "]")

    def answered(self, answer: dict[str, Any]) -> None:
        self.waits = False
        if not answer["ok"]:
            # too many at once: it asks again, as a page does
            assert answer["error"]["code"] == "unavailable", answer
            self.told_to_catch_up = True
            return
        for event in answer["events"]:
            self.apply(event)
        if answer.get("more"):
            self.ask()

    def fileno(self) -> int:
        assert self.ws is not None
        return int(self.ws.sock.fileno())

    def read(self) -> dict[str, Any] | None:
        assert self.ws is not None
        said = self.ws.recv()
        assert said not in {"", "1"}, "the server has ended the line"
        return self.hear(said)

    def hear(self, said: str) -> dict[str, Any] | None:
        assert self.ws is not None
        if said == "2":
            self.ws.send("3")
        if said.startswith("431"):
            self.answered(json.loads(said[3:])[0])
        if not said.startswith("42"):
            return None
        self.told_to_catch_up |= said.startswith('42["catchUp"')
        event: dict[str, Any] = json.loads(said[2:])[1]
        if event.get("room") == self.room:
            self.apply(event)
        return event

    def apply(self, event: dict[str, Any]) -> None:
        """In order, and once."""
        if event["seq"] > self.seq:
            self.ahead[event["seq"]] = event
        while self.seq + 1 in self.ahead:
            self.seq += 1
            self.applied.append(self.ahead.pop(self.seq)["seq"])


def open_all(lines: list[Line]) -> None:
    """Those that are open already answer the server's clock meanwhile."""
    for number, line in enumerate(lines):
        line.open()
        if number % 50 == 49:
            pump(lines[:number], 0.01)


def pump(lines: list[Line], seconds: float) -> None:
    by_descriptor = {line.fileno(): line for line in lines}
    poll = select.epoll()
    for descriptor in by_descriptor:
        poll.register(descriptor, select.EPOLLIN)
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left):
            by_descriptor[descriptor].read()
    poll.close()


def until_all_heard(lines: list[Line], number: int, seconds: float = 20) -> None:
    wanting = {line.fileno(): line for line in lines if line.seq < number}
    poll = select.epoll()
    for descriptor in wanting:
        poll.register(descriptor, select.EPOLLIN)
    until = time.monotonic() + seconds
    while wanting and time.monotonic() < until:
        for descriptor, _ in poll.poll(1):
            wanting[descriptor].read()
            if wanting[descriptor].seq >= number:
                poll.unregister(descriptor)
                del wanting[descriptor]
    poll.close()
    assert not wanting, f"{len(wanting)} of {len(lines)} heard nothing"


def lost_and_doubled(lines: list[Line], happened: int) -> tuple[int, int]:
    missed = sum(happened - len(set(line.applied)) for line in lines)
    return missed, sum(len(line.applied) - len(set(line.applied)) for line in lines)


def close(line: Line) -> None:
    if line.ws is not None:
        line.ws.shutdown()
