"""Where a link leads, as it is written in a message."""

from __future__ import annotations

from flask import current_app, url_for

from school_erp.accounts.links import LinkToken


def link_url(token: LinkToken) -> str:
    """Under the public address where one is set, whatever the request called us."""
    path = url_for("sign_in.welcome", token=str(token))
    public = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return public + path if public else url_for("sign_in.welcome", token=str(token), _external=True)
