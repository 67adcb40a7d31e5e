"""The API, browsable, from our own host."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from school_erp.core.access import public

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/v1/docs")
@public("the description of the API holds nothing of any school")
def browse() -> str:
    return render_template("api/browser.html", openapi_url=url_for("api-docs.openapi_json"))
