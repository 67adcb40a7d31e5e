"""A real Socket.IO client of a real web process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
