"""Our own WebSockets, held against a client that knows the protocol to the letter."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Pong,
    Request,
    TextMessage,
)
from wsproto.extensions import Extension, PerMessageDeflate

from school_erp.realtime.frames import AGREED, compression_agreed_on
from school_erp.realtime.rooms import USER
from tests.realtime.listening import connected
from tests.serving import Web
from tests.world import Caller

As = Callable[..., Caller]
pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        os.environ.get("ASYNC_MODE") == "threading", reason="threads have sockets of their own"
    ),
]


class Raw:
    """One line, spoken on frame by frame."""

    def __init__(self, web: Web, *extensions: Extension) -> None:
        at = urlsplit(web.url)
        self.socket = socket.socket()
        # or the machine reads a great deal ahead
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
        self.socket.settimeout(15)
        self.socket.connect((at.hostname, at.port))
        self.protocol = WSConnection(ConnectionType.CLIENT)
        self.came: list[Event] = []
        target = "/socket.io/?EIO=4&transport=websocket"
        self.say(Request(host=at.netloc, target=target, extensions=list(extensions)))
        accepted = self.hear()
        assert isinstance(accepted, AcceptConnection)
        self.agreed = accepted.extensions
        assert self.hear_text().startswith("0{")

    def say(self, event: Event) -> None:
        self.socket.sendall(self.protocol.send(event))

    def hear(self) -> Event:
        while not self.came:
            said = self.socket.recv(65_536)
            self.protocol.receive_data(said or None)
            self.came.extend(self.protocol.events())
        return self.came.pop(0)

    def hear_text(self) -> str:
        text = ""
        while isinstance(part := self.hear(), TextMessage):
            text += part.data
            if part.message_finished and text != "2":
                return text
            if text == "2":
                # the server's clock struck
                self.say(TextMessage("3"))
                text = ""
        raise AssertionError(part)

    def sign_in(self, caller: Caller) -> None:
        self.say(TextMessage("40" + json.dumps({"token": caller.tokens["access_token"]})))
        assert self.hear_text().startswith("40{")


@pytest.fixture
def raw(web: Web) -> Iterator[Callable[..., Raw]]:
    opened: list[Raw] = []

    def open_line(*extensions: Extension) -> Raw:
        opened.append(Raw(web, *extensions))
        return opened[-1]

    yield open_line
    for line in opened:
        line.socket.close()


def answer_of(text: str, number: int) -> Any:
    assert text.startswith(f"43{number}")
    return json.loads(text[3:])[0]


def test_messages_come_in_parts_and_in_both_kinds(raw: Callable[..., Raw], as_: As) -> None:
    line = raw()
    line.sign_in(as_("tom"))
    for part in ("421", '["pi'):
        line.say(TextMessage(part, message_finished=False))
        # what is no part of a message may come in between
        line.say(Ping(b"still there?"))
        assert line.hear() == Pong(b"still there?")
    line.say(TextMessage('ng",{}]'))
    texts = [line.hear_text(), line.hear_text()]
    assert '["pong"' in texts[0]
    assert answer_of(texts[1], 1)["ok"] is True
    line.say(TextMessage('451-2["ping",{"_placeholder":true,"num":0}]'))
    line.say(BytesMessage(b"\x00\x01"))
    assert answer_of(line.hear_text(), 2)["error"]["code"] == "invalid"
    line.say(CloseConnection(1000))
    assert line.hear() == CloseConnection(1000, "")


def test_large_messages_travel_compressed_if_the_client_can(
    raw: Callable[..., Raw], app: Flask, as_: As
) -> None:
    line, plain = raw(PerMessageDeflate()), raw()
    assert line.agreed
    assert not plain.agreed
    tom = as_("tom")
    for each in (line, plain):
        each.sign_in(tom)
    line.say(TextMessage('421["ping",{"rooms":{}}]'))
    assert '["pong"' in line.hear_text()
    assert answer_of(line.hear_text(), 1)["ok"] is True
    room = USER.of(tom.world.tom)
    for number in range(2):
        tell(app, {"type": "LARGE", "room": str(room), "number": number, "rest": "é" * 9_000})
    for each in (line, plain):
        for number in range(2):
            said = json.loads(each.hear_text()[2:])
            assert (said[0], said[1]["number"], len(said[1]["rest"])) == ("LARGE", number, 9_000)


def test_however_little_it_is_packed_into_no_more_than_a_message_is_unpacked(
    raw: Callable[..., Raw], as_: As
) -> None:
    line = raw(PerMessageDeflate())
    line.sign_in(as_("tom"))
    line.say(TextMessage("4" + "x" * 20_000_000))
    ended = line.hear()
    assert isinstance(ended, CloseConnection)
    assert ended.code == 1009


@pytest.mark.parametrize("nonsense", [b"\x81\x01x", b"\xf1\x80....", b"\x83\x80....", b"GET / "])
def test_who_does_not_speak_the_protocol_is_told_so_and_cut_off(
    raw: Callable[..., Raw], nonsense: bytes
) -> None:
    line = raw()
    line.socket.sendall(nonsense)
    ended = line.hear()
    assert isinstance(ended, CloseConnection)
    assert ended.code == 1002


def test_who_reads_late_gets_everything_in_its_order(
    raw: Callable[..., Raw], app: Flask, as_: As
) -> None:
    line, tom = raw(), as_("tom")
    line.sign_in(tom)
    room = str(USER.of(tom.world.tom))
    for number in range(100):
        tell(app, {"type": "LARGE", "room": room, "number": number, "rest": "x" * 60_000})
    heard = [json.loads(line.hear_text()[2:])[1]["number"] for _ in range(100)]
    assert heard == [*range(100)]


def test_a_line_that_began_by_polling_goes_over_to_a_websocket(
    web: Web, app: Flask, as_: As
) -> None:
    tom = as_("tom")
    with connected(web, tom, transports=["polling", "websocket"]) as ear:
        assert ear.client.transport() == "websocket"
        assert ear.ask("ping")["ok"]
        tell(app, {"type": "HELLO", "room": str(USER.of(tom.world.tom))})
        assert ear.hear("HELLO")
    with connected(web, tom, transports=["polling"]) as ear:
        assert ear.ask("ping")["ok"]


@pytest.mark.parametrize(
    ("offered", "answer"),
    [
        ("permessage-deflate; client_max_window_bits", AGREED),
        ("x-webkit, permessage-deflate;client_no_context_takeover", AGREED),
        ("permessage-deflate; server_max_window_bits=9, permessage-deflate", AGREED),
        ("permessage-deflate; server_max_window_bits=9", ""),
        ("permessage-deflate; server_max_window_bits=15", f"{AGREED}; server_max_window_bits=15"),
        ("", ""),
    ],
)
def test_compression_is_agreed_on_where_all_can_be_sent_the_same(offered: str, answer: str) -> None:
    assert compression_agreed_on(offered) == answer


def tell(app: Flask, body: dict[str, Any]) -> None:
    app.extensions["event_queue"].send_all([body])
