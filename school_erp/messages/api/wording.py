from __future__ import annotations

from typing import Any

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.messages.access import Permission, occasion_named
from school_erp.messages.actions.wording import put_words, refuse_faulty_words, reset_words
from school_erp.messages.defaults import Words
from school_erp.messages.queries.words import Wording, all_wordings, own_words, wording_of
from school_erp.messages.trying import Trial, try_words
from school_erp.messages.wording_schemas import TrialShape, WordingList, WordingShape, WordsBody

blueprint = Blueprint(
    "message_templates",
    __name__,
    url_prefix="/messages/templates",
    description="The words of messages to parents",
)
ONE = "/<string:what>/<string:channel>/<string:language>"


@blueprint.get("")
@requires(Permission.WORDS_READ)
@blueprint.response(200, WordingList)
def index() -> dict[str, Any]:
    """All there are: the school's own, and the product's where it has none."""
    return {"items": all_wordings()}


@blueprint.get(ONE)
@requires(Permission.WORDS_READ)
@blueprint.response(200, WordingShape)
def show(what: str, channel: str, language: str) -> Wording:
    occasion = occasion_named(what, channel, language)
    return wording_of(occasion, own_words(occasion))


@blueprint.put(ONE)
@requires(Permission.WORDS_WRITE)
@blueprint.arguments(WordsBody)
@blueprint.response(200, WordingShape)
def put(body: dict[str, Any], what: str, channel: str, language: str) -> Wording:
    """A placeholder that there is not is refused by its name."""
    occasion, base = occasion_named(what, channel, language), body.pop("base_version", None)
    return put_words(occasion, Words(**body), marker_of(current_actor()), base)


@blueprint.delete(ONE)
@requires(Permission.WORDS_WRITE)
@blueprint.response(200, WordingShape)
def reset(what: str, channel: str, language: str) -> Wording:
    """Back to the product's words."""
    occasion = occasion_named(what, channel, language)
    return reset_words(occasion, marker_of(current_actor()))


@blueprint.post(f"{ONE}/preview")
@requires(Permission.WORDS_READ)
@blueprint.arguments(WordsBody)
@blueprint.response(200, TrialShape)
def try_out(body: dict[str, Any], what: str, channel: str, language: str) -> Trial:
    """With sample names; stores nothing."""
    occasion = occasion_named(what, channel, language)
    words = Words(body["subject"], body["text"])
    refuse_faulty_words(occasion, words)
    return try_words(occasion, words)
