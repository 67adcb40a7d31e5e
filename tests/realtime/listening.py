"""A real Socket.IO client of a real web process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import socketio

from tests.serving import Web
from tests.world import Caller

SECONDS = 15


class Ear(socketio.SimpleClient):  # type: ignore[misc]
    def ask(self, message: str, body: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = self.call(message, body, timeout=SECONDS)
        return answer

    def hear(self, name: str, seconds: float = SECONDS) -> dict[str, Any]:
        """The next event of this name."""
        while True:
            said: list[Any] = self.receive(timeout=seconds)
            if said[0] == name:
                body: dict[str, Any] = said[1]
                return body

    def refused(self, message: str, body: Any = None) -> str:
        answer = self.ask(message, body)
        assert answer["ok"] is False, answer
        code: str = answer["error"]["code"]
        return code


class Screen:
    """Hears a room, and comes back after any cut by the last number it heard, as a page does."""

    def __init__(self, room: str, session: requests.Session) -> None:
        self.room = room
        self.seq = 0
        # each number that came by itself, and what was applied of all
        self.heard: list[int] = []
        self.applied: list[dict[str, Any]] = []
        self._ahead: dict[int, dict[str, Any]] = {}
        self._http = session
        self._client = socketio.Client(
            http_session=self._http,
            reconnection_delay=0.05,
            reconnection_delay_max=0.5,
            handle_sigint=False,
        )
        self._client.on("connect", self._catch_up)
        self._client.on("attendanceUpdate", self._hear)

    @property
    def transport(self) -> str:
        return str(self._client.transport())

    def open(self, url: str, token: str, transport: str, **headers: str) -> None:
        self._client.connect(url, headers, {"token": token}, transports=[transport])

    def close(self) -> None:
        self._client.disconnect()
        if self._client.eio.ws:
            self._client.eio.ws.shutdown()
        self._http.close()

    def _catch_up(self) -> None:
        asked = {"room": self.room, "after": self.seq}
        self._client.emit("subscribe", asked, callback=self._take)

    def _take(self, answer: dict[str, Any]) -> None:
        for event in answer["events"]:
            self._apply(event)

    def _hear(self, event: dict[str, Any]) -> None:
        if event["room"] == self.room:
            self.heard.append(event["seq"])
            self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        if event["seq"] > self.seq:
            self._ahead[event["seq"]] = event
        while self.seq + 1 in self._ahead:
            self.seq += 1
            self.applied.append(self._ahead.pop(self.seq))


@contextmanager
def connected(web: Web, caller: Caller | None = None, **how: Any) -> Iterator[Ear]:
    with Ear(reconnection=False) as ear:
        ear.connect(web.url, **_asking(caller, how))
        line = ear.client.eio.ws
        try:
            yield ear
        finally:
            ear.disconnect()
            # the client forgets a line that the server has cut
            if line:
                line.shutdown()


def refusal(web: Web, caller: Caller | None = None, **how: Any) -> str:
    """Why a socket is not opened; nothing where it is."""
    told: list[Any] = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", told.append)
    try:
        client.connect(web.url, **_asking(caller, how))
    except socketio.exceptions.ConnectionError:
        code: str = told[0]["data"]["error"]["code"]
        return code
    finally:
        client.disconnect()
        if client.eio.ws:
            client.eio.ws.shutdown()
    return ""


def _asking(caller: Caller | None, how: dict[str, Any]) -> dict[str, Any]:
    if caller is not None:
        how["auth"] = {"token": caller.tokens["access_token"]}
    return {"transports": ["websocket"], "wait_timeout": SECONDS, **how}
