"""The API, browsable, from our own host."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from school_erp.core.access import public
from school_erp.realtime.describing.asyncapi import document

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/v1/docs")
@public("the description of the API holds nothing of any school")
def browse() -> str:
    return render_template("api/browser.html", openapi_url=url_for("api-docs.openapi_json"))


@blueprint.get("/api/v1/asyncapi.json")
@public("the description of the events holds nothing of any school")
def describe_events() -> ResponseReturnValue:
    return jsonify(document(current_app.extensions["events"]))
