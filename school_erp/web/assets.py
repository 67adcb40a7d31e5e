"""Built files: by their plain name in templates, by their hashed name on the wire, compressed."""

from __future__ import annotations

import json
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory, url_for

from school_erp.core.access import public

STATIC = Path(__file__).parent.parent / "static"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

blueprint = Blueprint("static", __name__)


class NotBuilt(RuntimeError):
    """The front end has not been built."""


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(asset)


def asset(name: str) -> str:
    return url_for("static.file", name=_hashed().get(name, name))


@cache
def _hashed() -> dict[str, str]:
    manifest = STATIC / "manifest.json"
    if not manifest.exists():
        raise NotBuilt("The front end is not built: run `npm ci` and `npm run build`.")
    names: dict[str, str] = json.loads(manifest.read_text())
    return names


@cache
def _encodings_of(name: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in _ENCODINGS if (STATIC / f"{name}{pair[1]}").is_file())


@blueprint.get("/static/<path:name>")
@public("styles, scripts and pictures, the same for everyone")
def file(name: str) -> Response:
    accepted = request.accept_encodings
    chosen = next((pair for pair in _encodings_of(name) if accepted.quality(pair[0])), None)
    served = f"{name}{chosen[1]}" if chosen else name
    response = send_from_directory(STATIC, served, max_age=_seconds_to_keep(name))
    if chosen:
        response.headers["Content-Encoding"] = chosen[0]
        response.mimetype = guess_type(name)[0] or "application/octet-stream"
    if _encodings_of(name):
        response.vary.add("Accept-Encoding")
    return response


@blueprint.get("/service-worker.js")
@public("the script that opens kept pages without a network, the same for everyone")
def service_worker() -> Response:
    """At the top, so that it may speak for every page; asked for anew each time."""
    return send_from_directory(STATIC, _hashed()["service-worker.js"], max_age=0)


def _seconds_to_keep(name: str) -> int:
    """A hashed name never changes its content."""
    return 31_536_000 if name in _hashed().values() else 300
