"""What every template may count on."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_babel import get_locale

from school_erp.accounts.tokens import csrf_of
from school_erp.core.access import may
from school_erp.core.languages import LANGUAGES
from school_erp.core.requests import csp_nonce
from school_erp.web.locale import (
    actor_here,
    chosen_theme,
    school_here,
    text_direction,
)
from school_erp.web.navigation import navigation

PRODUCT = Path(__file__).parent.parent / "frontend" / "product.json"


def init_app(app: Flask) -> None:
    app.context_processor(frame)
    app.add_template_global(may)


def frame() -> dict[str, Any]:
    actor = actor_here()
    return {
        "product_name": product_name(),
        "actor": actor,
        "school": school_here(),
        "navigation": navigation(actor),
        "csrf_token": csrf_of(actor.sign_in_id) if actor and actor.sign_in_id else "",
        "csp_nonce": csp_nonce(),
        "locale": get_locale(),
        "languages": list(LANGUAGES.items()),
        "text_direction": text_direction(),
        "theme": chosen_theme(),
        "demo_banner": "",
        "urls": _urls(),
    }


@cache
def product_name() -> str:
    """The build reads it too, for the name on a phone's home screen."""
    name: str = json.loads(PRODUCT.read_text())["name"]
    return name


def _urls() -> dict[str, str]:
    return {
        "home": url_for("home.start"),
        "preferences": url_for("home.preferences"),
        "sign_in": url_for("sign_in.page"),
        "sign_out": url_for("sign_in.leave"),
        "password": url_for("sign_in.password"),
        "other_schools": url_for("other_schools.index"),
    }
