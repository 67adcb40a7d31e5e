"""The web process with a route that keeps the database waiting; see test_web_process.py."""

from __future__ import annotations

import wsgi  # isort: skip - patches before anything else is imported

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from config import Config
from school_erp.core.access import public
from school_erp.extensions import db
from tests.core.tryouts import count_people

make_app = wsgi.create_app


def create_app(config: Config) -> Flask:
    app = make_app(config)
    app.add_url_rule("/api/try/sleep/<float:seconds>", "sleep", sleep)
    app.add_url_rule("/api/try/people", "people", count_people)
    return app


@public("a test")
def sleep(seconds: float) -> ResponseReturnValue:
    db.session.execute(select(func.pg_sleep(seconds)))
    return {"slept": seconds}


if __name__ == "__main__":
    wsgi.create_app = create_app
    wsgi.main()
