"""Is this process alive, and can it do its work?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from school_erp.core.access import public
from school_erp.extensions import db
from school_erp.revisions import newest_revisions

blueprint = Blueprint("health", __name__, url_prefix="/health")

QUEUES = ("bulk", "notify", "upkeep")
HEARTBEAT_SECONDS = 30
PROVIDERS = ("SMS_URL", "SMTP_URL")


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


def redis() -> Redis:
    found: Redis = current_app.extensions["redis"]
    return found


@blueprint.get("/live")
@public("a supervisor asks whether the process answers")
def live() -> ResponseReturnValue:
    return jsonify(status="alive")


@blueprint.get("/ready")
@public("a load balancer asks whether to send work here")
def ready() -> ResponseReturnValue:
    """Without Redis or workers marking goes on, so they degrade; the database decides."""
    helpful = {"redis": _redis(), "workers": _workers(), "providers": _providers()}
    needed = {
        "database": _database(),
        "migrations": _migrations(),
        "events": _events(redis_is_there=helpful["redis"]["ok"]),
    }
    checks = {**needed, **helpful}
    status = "ready" if _all_ok(needed) else "unready"
    if status == "ready" and not _all_ok(helpful):
        status = "degraded"
    return jsonify(status=status, checks=checks), 503 if status == "unready" else 200


def _all_ok(checks: dict[str, Any]) -> bool:
    return all(check["ok"] for check in checks.values())


def _database() -> dict[str, Any]:
    return _check(lambda: db.session.execute(text("SELECT 1")), SQLAlchemyError)


def _migrations() -> dict[str, Any]:
    def compare() -> None:
        at = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
        if at != _heads():
            raise LookupError("the database is at another version than the program")

    return _check(compare, (SQLAlchemyError, LookupError))


def _heads() -> set[str]:
    heads: set[str] | None = current_app.extensions.get("migration_heads")
    if heads is None:
        heads = current_app.extensions["migration_heads"] = newest_revisions()
    return heads


def _redis() -> dict[str, Any]:
    return _check(lambda: redis().ping(), RedisError)


def _events(*, redis_is_there: bool) -> dict[str, Any]:
    """Deaf to the other processes though Redis is there: this one's fault, and others do better."""
    deaf = redis_is_there and current_app.extensions["event_queue"].is_deaf
    return {"ok": False, "why": "deaf"} if deaf else {"ok": True}


def _providers() -> dict[str, Any]:
    """Where an operator has named none, messages to parents wait."""
    missing = [name for name in PROVIDERS if not current_app.config[name]]
    served = len(missing) < len(PROVIDERS) or not current_app.config["PRODUCTION"]
    return {"ok": served, "missing": missing}


def _workers() -> dict[str, Any]:
    """Workers sign in every few seconds; a queue without a recent one has nobody at work."""
    counts: dict[str, int] = {}

    def count() -> None:
        pipeline = redis().pipeline(transaction=False)
        for queue in QUEUES:
            pipeline.zcount(f"erp:workers:{queue}", time.time() - HEARTBEAT_SECONDS, "+inf")
        counts.update(zip(QUEUES, pipeline.execute(), strict=True))
        if idle := [queue for queue, workers in counts.items() if not workers]:
            raise LookupError(f"no worker for {', '.join(idle)}")

    return {**_check(count, (RedisError, LookupError)), "counts": counts}


def _check(
    look: Callable[[], object], faults: type[Exception] | tuple[type[Exception], ...]
) -> dict[str, Any]:
    try:
        look()
    except faults as fault:
        db.session.rollback()
        return {"ok": False, "why": type(fault).__name__}
    return {"ok": True}
