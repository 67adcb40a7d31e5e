"""The words of messages: what families read, seen with sample names before it is saved."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.languages import LANGUAGES
from school_erp.messages.access import Permission, occasion_named
from school_erp.messages.actions.wording import put_words, refuse_faulty_words, reset_words
from school_erp.messages.defaults import Words
from school_erp.messages.queries.words import (
    Occasion,
    Wording,
    all_wordings,
    own_words,
    wording_of,
)
from school_erp.messages.trying import try_words
from school_erp.messages.wording_schemas import LONGEST_SUBJECT, LONGEST_TEXT, WordsBody
from school_erp.messages.words import words as words_of_messages

blueprint = Blueprint("message_wording_pages", __name__, url_prefix="/messages/texts")
ONE = "/<string:what>/<string:channel>/<string:language>"


@blueprint.get("")
@requires(Permission.WORDS_READ)
def index() -> ResponseReturnValue:
    return render_template(
        "messages/wordings.html",
        wordings=all_wordings(),
        language_names=LANGUAGES,
        **words_of_messages(),
    )


@blueprint.get(ONE)
@requires(Permission.WORDS_READ)
def show(what: str, channel: str, language: str) -> ResponseReturnValue:
    wording = _wording(occasion_named(what, channel, language))
    shown = {"subject": wording.subject, "text": wording.text, "base_version": wording.version}
    return _page(wording, Form(WordsBody, shown), Words(wording.subject, wording.text))


@blueprint.post(ONE)
@requires(Permission.WORDS_WRITE)
def save(what: str, channel: str, language: str) -> ResponseReturnValue:
    occasion = occasion_named(what, channel, language)
    form = Form(WordsBody)
    if form.submit(lambda body: _put(occasion, body)):
        flash(_("Saved. The next messages say this."), "success")
        return redirect(url_for(".index"))
    return _page(_wording(occasion), form, None)


@blueprint.post(f"{ONE}/preview")
@requires(Permission.WORDS_READ)
def look(what: str, channel: str, language: str) -> ResponseReturnValue:
    """The other button of the same form: stores nothing."""
    occasion = occasion_named(what, channel, language)
    form = Form(WordsBody)
    is_right = form.submit(lambda body: _look(occasion, body))
    return _page(_wording(occasion), form, form.result if is_right else None)


@blueprint.post(f"{ONE}/reset")
@requires(Permission.WORDS_WRITE)
def reset(what: str, channel: str, language: str) -> ResponseReturnValue:
    reset_words(occasion_named(what, channel, language), marker_of(current_actor()))
    flash(_("Back to the words that came with the program."), "success")
    return redirect(url_for(".show", what=what, channel=channel, language=language))


def _look(occasion: Occasion, body: dict[str, Any]) -> Words:
    words = Words(body["subject"], body["text"])
    refuse_faulty_words(occasion, words)
    return words


def _put(occasion: Occasion, body: dict[str, Any]) -> Wording:
    base = body.get("base_version")
    return put_words(
        occasion, Words(body["subject"], body["text"]), marker_of(current_actor()), base
    )


def _wording(occasion: Occasion) -> Wording:
    return wording_of(occasion, own_words(occasion))


def _page(wording: Wording, form: Form, tried: Words | None) -> ResponseReturnValue:
    return render_template(
        "messages/wording.html",
        wording=wording,
        occasion=wording.occasion,
        form=form,
        trial=try_words(wording.occasion, tried) if tried else None,
        language_names=LANGUAGES,
        longest_text=LONGEST_TEXT,
        longest_subject=LONGEST_SUBJECT,
        **words_of_messages(),
    ), form.status
