"""What operators can see: counts and times, never who."""

from __future__ import annotations

from flask import Blueprint, Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from school_erp.core.access import public

blueprint = Blueprint("metrics", __name__)

REQUEST_SECONDS = Histogram(
    "school_erp_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SIGN_INS = Counter("school_erp_sign_ins", "Tries to sign in", ["outcome"])
REMEMBERED = Counter(
    "school_erp_remembered",
    "Answers kept in the process, and asked of the database",
    ["kind", "source"],
)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/metrics")
@public("numbers about the process, for the operator's network; the proxy keeps others out")
def metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
