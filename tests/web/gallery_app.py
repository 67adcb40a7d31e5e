"""The design system alone, with made-up people: every part on a page, no database behind it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.wrappers import Response

import school_erp
from school_erp.core import requests
from school_erp.web import assets, layout

TEMPLATES = Path(school_erp.__file__).parent / "templates"
GALLERY = Path(__file__).parent / "gallery"
LONG_NAME = "Aleksandra Konstantinopolska-Wojciechowska van der Westhuizen"
NAMES = ["Pia Park", LONG_NAME, "محمد الخطيب"]
PLACES = ["home", "school", "users", "book-2", "calendar", "settings"]


def gallery_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.secret_key = "made up"
    app.config["HTTPS"] = False
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(GALLERY)])
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.tests["search_matches"] = lambda name, text: text.lower() in name.lower()
    requests.init_app(app)
    assets.init_app(app)
    app.context_processor(made_up)
    app.add_url_rule("/gallery/<page>", view_func=show)
    app.add_url_rule("/gallery/save", view_func=save, methods=["POST"])
    app.add_url_rule("/error/<int:status>", view_func=fail)
    app.extensions["saved"] = []
    return app


def made_up() -> dict[str, Any]:
    role = request.args.get("role", "officer")
    language = request.args.get("language", "en")
    places = PLACES if role == "officer" else PLACES[:3]
    return {
        "actor": SimpleNamespace(name=LONG_NAME, roles={role}),
        "school": SimpleNamespace(name="St Bartholomew's Church Primary School", slug="st-bart"),
        "navigation": [
            {"label": icon.title(), "url": f"/{icon}", "icon": icon, "active": icon == "users"}
            for icon in places
        ],
        "product_name": layout.product_name(),
        "csrf_token": "token",
        "csp_nonce": requests.csp_nonce(),
        "locale": language,
        "languages": [("en", "English"), ("ar", "العربية")],
        "text_direction": "rtl" if language == "ar" else "ltr",
        "theme": request.args.get("theme", "auto"),
        "demo_banner": "A made-up school.",
        "names": NAMES,
        "form": form(failing="failing" in request.args),
        "urls": {
            "home": "/gallery/list",
            "sign_in": "/gallery/sign-in",
            "sign_out": "/gallery/save",
            "password": "/gallery/form",
            "preferences": "/gallery/save",
        },
    }


def form(failing: bool = False) -> SimpleNamespace:
    if not failing:
        return SimpleNamespace(values={}, errors={}, error="")
    return SimpleNamespace(
        values={"given_name": '<b>"Pia"</b>', "role": "teacher", "days": [2], "password": "secret"},
        errors={"email": ["Enter an address with an @."], "starts_on": ["Choose a day."]},
        error="",
    )


def show(page: str) -> str:
    return render_template("auth/sign_in.html" if page == "sign-in" else f"{page}.html")


def save() -> Response:
    current_app.extensions["saved"].append(request.form.to_dict())
    return Response(status=204)


def fail(status: int) -> str:
    return render_template("errors/error.html", status=status, request_id="5f2a", retry_after=30)
