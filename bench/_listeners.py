"""Many sockets in a process of their own, which does as little as can be with what they hear.

`python -m bench._listeners PORT COUNT`, with what each says first as the first line of its input
(nothing, to a server that asks for nothing). It opens one socket and says so, waits for a line,
opens the rest and says so, and then tells of each event, by its number, when the last one had it.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import sys
import time
from collections import Counter
from urllib.parse import quote

NUMBER = re.compile(rb'"seq":(\d+)')
HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: {key}\r\n\r\n"
)
PING, PONG = b"\x81\x012", b"\x81\x81\x00\x00\x00\x003"


def main() -> None:
    port, count = int(sys.argv[1]), int(sys.argv[2])
    hello = sys.stdin.readline().strip()
    lines = [opened(port, hello)]
    say(1)
    sys.stdin.readline()
    while len(lines) < count:
        lines.append(opened(port, hello))
        if len(lines) % 50 == 0:
            answer_pings(lines)
    say(count)
    listen(lines)


def opened(port: int, hello: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(HANDSHAKE.format(port=port, key=quote("A" * 22 + "==")).encode())
    until(line, b"\r\n\r\n")
    if hello:
        line.sendall(framed(hello))
        until(line, b"40{")
    line.setblocking(False)
    return line


def answer_pings(lines: list[socket.socket]) -> None:
    """The server gives up whoever is silent for too long."""
    by_descriptor = {line.fileno(): line for line in lines}
    poll = select.poll()
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    for descriptor, _ in poll.poll(0):
        if by_descriptor[descriptor].recv(65_536).endswith(PING):
            by_descriptor[descriptor].send(PONG)


def until(line: socket.socket, sign: bytes) -> None:
    said = b""
    while sign not in said:
        said += line.recv(4096)


def framed(text: str) -> bytes:
    """Masked with nothing: the server unmasks it all the same."""
    payload = text.encode()
    return struct.pack("!BBH4x", 0x81, 0x80 | 126, len(payload)) + payload


def listen(lines: list[socket.socket]) -> None:
    by_descriptor = {line.fileno(): line for line in lines}
    poll = select.epoll()
    for descriptor in (*by_descriptor, sys.stdin.fileno()):
        poll.register(descriptor, select.EPOLLIN)
    heard: Counter[bytes] = Counter()
    while True:
        for descriptor, _ in poll.poll():
            if descriptor not in by_descriptor:
                return
            for number in numbers_heard(by_descriptor[descriptor]):
                heard[number] += 1
                if heard[number] == len(lines):
                    say(int(number), time.monotonic())


def numbers_heard(line: socket.socket) -> list[bytes]:
    said = line.recv(65_536)
    if not said:
        sys.exit("the server has cut a line")
    if said.endswith(PING):
        line.send(PONG)
    return NUMBER.findall(said)


def say(number: int, at: float = 0) -> None:
    sys.stdout.write(f"{number} {at}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
