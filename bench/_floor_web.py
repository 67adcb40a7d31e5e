"""What `request_floor.py` asks: the application, or a callable that does nothing, on one server."""

from __future__ import annotations

import sys

import wsgi  # isort: skip - patches before anything else is imported

import eventlet
from eventlet import wsgi as server
from flask import Flask

from config import Config
from school_erp.accounts.access import Permission
from school_erp.core.access import requires

make_app = wsgi.create_app
BODY = b'{"nothing": true}'


def create_app(config: Config) -> Flask:
    app = make_app(config)
    app.add_url_rule("/api/bench/nothing", "nothing", nothing)
    return app


@requires(Permission.INTRODUCTION)
def nothing() -> tuple[bytes, dict[str, str]]:
    return BODY, {"Content-Type": "application/json"}


def bare(_: object, start_response: object) -> list[bytes]:
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]
    start_response("200 OK", headers)  # type: ignore[operator]
    return [BODY]


def serve_bare(port: int) -> None:
    server.server(eventlet.listen(("127.0.0.1", port)), bare, log_output=False)


if __name__ == "__main__":
    if "--bare" in sys.argv:
        serve_bare(int(sys.argv[sys.argv.index("--port") + 1]))
    else:
        wsgi.create_app = create_app
        wsgi.main()
