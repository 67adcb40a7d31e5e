"""In which language, direction and light a page is shown."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import get_locale

from school_erp.core.access import Actor, actor_or_none
from school_erp.core.errors import ApplicationError
from school_erp.core.languages import LANGUAGES
from school_erp.core.remembered import remembered
from school_erp.extensions import babel, db
from school_erp.schools.models import School

DEFAULT = "en"
ENGLISH_REGIONS = frozenset(("GB", "IE", "AU", "NZ", "ZA", "IN", "CA"))
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Customs:
    language: str
    region: str
    timezone: str


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=chosen_locale, timezone_selector=timezone_here)


def chosen_locale() -> str:
    """English dates and times as they are written where the school is."""
    language = chosen_language()
    customs = customs_here() if language == "en" and has_request_context() else None
    return f"en_{customs.region}" if customs and customs.region in ENGLISH_REGIONS else language


def chosen_language() -> str:
    """The person's own choice, else the school's language, else what the browser asks for.

    Work that nobody waits for at a screen, such as a job, is done in the default language.
    """
    if not has_request_context():
        return DEFAULT
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    customs = customs_here()
    if customs is not None and customs.language in LANGUAGES:
        return customs.language
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT


def timezone_here() -> str | None:
    customs = customs_here() if has_request_context() else None
    return customs.timezone if customs else None


def text_direction() -> str:
    locale: Locale | None = get_locale()
    return locale.text_direction if locale else "ltr"


def chosen_theme() -> str:
    theme = request.cookies.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def actor_here() -> Actor | None:
    """Who looks at this page; nobody, where what they presented does not hold."""
    try:
        return actor_or_none()
    except ApplicationError:
        return None


def customs_here() -> Customs | None:
    """How the school of whoever asks writes; hundreds may be refused at once in its words."""
    actor = actor_here()
    if actor is None:
        return None
    school_id = actor.school_id
    return remembered().recall(("customs", school_id, school_id), _look_up)


def _look_up() -> Customs | None:
    school = school_here()
    return Customs(school.locale, school.region, school.timezone) if school else None


def school_here() -> School | None:
    actor = actor_here()
    if actor is None:
        return None
    if "school_here" not in g:
        g.school_here = None
        g.school_here = db.session.get(School, actor.school_id)
    found: School | None = g.school_here
    return found
