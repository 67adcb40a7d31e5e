"""The web process with a route that keeps the database waiting; see test_web_process.py."""

from __future__ import annotations

import wsgi  # isort: skip - patches before anything else is imported

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, text

from config import Config
from school_erp.core.access import public
from school_erp.extensions import db
from tests.core.tryouts import count_people

make_app = wsgi.create_app


def create_app(config: Config) -> Flask:
    app = make_app(config)
    app.add_url_rule("/api/try/sleep/<float:seconds>", "sleep", sleep)
    app.add_url_rule("/api/try/echo/<int:size>", "echo", echo)
    app.add_url_rule("/api/try/people", "people", count_people)
    return app


@public("a test")
def sleep(seconds: float) -> ResponseReturnValue:
    db.session.execute(select(func.pg_sleep(seconds)))
    return {"slept": seconds}


@public("a test")
def echo(size: int) -> ResponseReturnValue:
    """So much that it has to be written and read in many parts."""
    said = "a" * size
    heard = db.session.scalar(text("SELECT CAST(:said AS text)"), {"said": said})
    return {"same": heard == said}


if __name__ == "__main__":
    wsgi.create_app = create_app
    wsgi.main()
