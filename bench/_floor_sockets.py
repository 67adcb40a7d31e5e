"""The least that sockets cost here: a bare eventlet server that sends the same bytes to all.

`python -m bench._floor_sockets PORT`: every WebSocket that opens is kept, and each POST sends its
body as one message to all of them.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any

warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet  # noqa: E402
from eventlet import websocket, wsgi  # noqa: E402

lines: list[Any] = []


@websocket.WebSocketWSGI
def keep(line: Any) -> None:
    lines.append(line)
    line.wait()


def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ.get("HTTP_UPGRADE"):
        kept: Iterable[bytes] = keep(environ, start_response)
        return kept
    body = environ["wsgi.input"].read()
    if environ["REQUEST_METHOD"] == "POST":
        frame = lines[0]._pack_message(body.decode())  # noqa: SLF001 - packed once
        for line in lines:
            line.socket.sendall(frame)
    start_response("204 No Content", [])
    return []


if __name__ == "__main__":
    wsgi.server(
        eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=1024),
        serve,
        log_output=False,
        max_size=100_000,
    )
