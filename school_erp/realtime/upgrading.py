"""From a request to a line, in the eventlet mode; and the one clock that pings all lines."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha1
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

import eventlet
import socketio
from eventlet import wsgi

from school_erp.realtime.frames import compression_agreed_on
from school_erp.realtime.lines import Line

# Engine.IO's own, by which clients know when they were forgotten
PING_EVERY_SECONDS = 25
_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# of a request that stays open for hours, what its messages still ask for
KEPT = frozenset(
    {
        *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_PROTOCOL"),
        *("SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR", "wsgi.url_scheme", "flask.app"),
        *("HTTP_HOST", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE"),
    }
)


def serve_lines(server: socketio.Server) -> None:
    """Take the place of Engine.IO's own WebSockets."""
    engine = server.eio
    engine._async = {**engine._async, "websocket": Upgrade}  # noqa: SLF001 - its table of parts
    connect = engine.handlers["connect"]

    def connect_unpinged(sid: str, environ: dict[str, Any]) -> Any:
        """Without the green thread that would wait for the first ping."""
        if environ.get("HTTP_UPGRADE"):
            engine.sockets[sid].last_ping = None
        return connect(sid, environ)

    engine.on("connect", connect_unpinged)
    server.start_background_task(_ping_all, engine)


def _ping_all(engine: Any) -> None:
    """Each second those whose turn it is."""
    turn = 0
    while True:
        eventlet.sleep(1)
        turn = (turn + 1) % PING_EVERY_SECONDS
        for talk in list(engine.sockets.values()):
            if isinstance(talk.queue, Line) and hash(talk.sid) % PING_EVERY_SECONDS == turn:
                talk.queue.ping()


class Upgrade:
    """From a request to a line."""

    def __init__(self, handler: Any, _server: Any) -> None:
        self._talk = handler.__self__

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            self._talk.close(wait=False, abort=True)
            start_response("426 Upgrade Required", [("Sec-WebSocket-Version", "13")])
            return [b""]
        compression = compression_agreed_on(environ.get("HTTP_SEC_WEBSOCKET_EXTENSIONS", ""))
        green = environ["eventlet.input"].get_socket()
        green.sendall(_agreed(key, compression))
        Line(self._talk, _taken_from(green), compressed=bool(compression)).open()
        for name in environ.keys() - KEPT:
            del environ[name]
        # eventlet has nothing more to answer
        wsgi.WSGI_LOCAL.already_handled = True
        return []


def _agreed(key: str, compression: str) -> bytes:
    accepted = b64encode(sha1(key.encode() + _KEY).digest()).decode()  # noqa: S324 - the protocol's
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accepted}",
        *([f"Sec-WebSocket-Extensions: {compression}"] if compression else []),
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def _taken_from(green: Any) -> Any:
    """The machine's socket, which the server that held it can close no more."""
    real = green.fd
    taken = type(real)(fileno=real.detach())
    taken.setblocking(False)
    # or the machine would hold a second message back until the first one is known to have come
    taken.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return taken
