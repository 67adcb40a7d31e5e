"""A school's own words, checked before a family can read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.core.clock import now
from school_erp.core.errors import Invalid
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.defaults import Words
from school_erp.messages.errors import WordsChanged
from school_erp.messages.models import MessageTemplate
from school_erp.messages.queries.words import Occasion, Wording, own_words, wording_of
from school_erp.messages.rules.filling import unknown_placeholders
from school_erp.messages.vocabulary import Channel


def refuse_faulty_words(occasion: Occasion, words: Words) -> None:
    """An SMS has no subject, and an email does not do without."""
    faults: dict[str, list[object]] = {}
    for field, said in (("subject", words.subject), ("text", words.text)):
        unknown = unknown_placeholders(occasion.kind, said)
        if unknown:
            named = ", ".join(f"{{{name}}}" for name in unknown)
            faults[field] = [_("There is no such placeholder here: %(named)s.", named=named)]
    if occasion.channel is Channel.EMAIL and not words.subject:
        faults["subject"] = [_("An email needs a subject.")]
    if occasion.channel is Channel.SMS and words.subject:
        faults["subject"] = [_("An SMS has no subject.")]
    if faults:
        raise Invalid(fields=faults)


def put_words(
    occasion: Occasion, words: Words, marker: Marker, base_version: int | None = None
) -> Wording:
    """Saving the same again changes nothing; saving what is ours makes it the school's own."""
    refuse_faulty_words(occasion, words)
    own = own_words(occasion, hold=True)
    before = wording_of(occasion, own)
    if base_version not in (None, before.version):
        raise WordsChanged
    if before.is_own and Words(before.subject, before.text) == words:
        return before
    own = own or _new(occasion)
    own.subject, own.text, own.version = words.subject, words.text, before.version + 1
    own.changed_by, own.changed_at = marker.person_id, now()
    _store()
    after = wording_of(occasion, own)
    _note(marker, before, after)
    return after


def reset_words(occasion: Occasion, marker: Marker) -> Wording:
    """Back to the product's; where they are that already, nothing changes."""
    own = own_words(occasion, hold=True)
    before, after = wording_of(occasion, own), wording_of(occasion, None)
    if own is not None:
        db.session.delete(own)
        db.session.flush()
        _note(marker, before, after)
    return after


def _new(occasion: Occasion) -> MessageTemplate:
    own = MessageTemplate(
        school_id=current_school_id(),
        kind=occasion.kind,
        channel=occasion.channel,
        language=occasion.language,
    )
    db.session.add(own)
    return own


def _store() -> None:
    """Of two who say something for the first time at once, the second is told."""
    try:
        db.session.flush()
    except IntegrityError:
        raise WordsChanged from None


def _note(marker: Marker, before: Wording, after: Wording) -> None:
    note("message", marker, before=_said(before), after=_said(after))


def _said(wording: Wording) -> dict[str, object]:
    occasion = wording.occasion
    return {
        "kind": occasion.kind,
        "channel": occasion.channel,
        "language": occasion.language,
        "subject": wording.subject,
        "text": wording.text,
    }
