"""The application with routes to measure others against, or a callable that does nothing.

One route does nothing, and one stores what it is sent, as it is, and judges none of it.
"""

from __future__ import annotations

import json
import sys

import wsgi  # isort: skip - patches before anything else is imported

import eventlet
from eventlet import wsgi as server
from flask import Flask, request

from config import Config
from school_erp.accounts.access import Permission
from school_erp.core.access import current_actor, requires
from school_erp.core.direct import Statement
from school_erp.core.ids import new_id
from school_erp.extensions import db

make_app = wsgi.create_app
BODY = b'{"nothing": true}'
_store = Statement("""
    INSERT INTO job (school_id, id, kind, payload, total)
    VALUES (:school, :id, 'nothing', CAST(:payload AS jsonb), 0)""")


def create_app(config: Config) -> Flask:
    app = make_app(config)
    app.add_url_rule("/api/bench/nothing", "nothing", nothing)
    app.add_url_rule("/api/bench/stored", "stored", stored, methods=["POST"])
    return app


@requires(Permission.INTRODUCTION)
def nothing() -> tuple[bytes, dict[str, str]]:
    return BODY, {"Content-Type": "application/json"}


@requires(Permission.INTRODUCTION)
def stored() -> tuple[bytes, dict[str, str]]:
    said, actor = json.dumps(request.get_json()), current_actor()
    _store.rows(db.session, {"school": actor.school_id, "id": new_id(), "payload": said})
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
