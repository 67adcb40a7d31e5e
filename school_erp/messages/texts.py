"""From a row to what an adult reads. Works in a job: whose language it is, the person says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from babel import Locale
from babel.dates import format_date

from school_erp.absences.actions.linking import explanation_link, sample_url, url_of
from school_erp.core.languages import LANGUAGES
from school_erp.messages.defaults import (
    AFTER_ALL,
    SAMPLE_DAY,
    SAMPLES,
    SESSIONS,
    SHORT_DAY,
    Words,
    default_words,
)
from school_erp.messages.models import Message
from school_erp.messages.queries.contents import Contents, contents_of
from school_erp.messages.rules.filling import PLACEHOLDERS, fill, in_html
from school_erp.messages.rules.fitting import fill_sms
from school_erp.messages.rules.lengths import sms_segments
from school_erp.messages.vocabulary import Channel, Kind
from school_erp.schools.queries import own_school

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Composed:
    """`address` is empty where the person has none any more; `segments` counts SMS alone."""

    language: str
    address: str
    subject: str
    text: str
    segments: int | None


def compose(message: Message) -> Composed:
    """Names, words and address as they are now; makes the link that the text carries."""
    return _composed(message, _link)


def preview(message: Message) -> Composed:
    """The same, but the link leads nowhere yet."""
    return _composed(message, lambda _message: sample_url())


def sample(kind: Kind, channel: Channel, language: str, words: Words) -> Composed:
    """How words look with names that are nobody's."""
    values = _sample_values(channel, language)
    known = {name: values[name] for name in PLACEHOLDERS[kind]}
    return _filled(channel, language, words, known)


def _composed(message: Message, link: Callable[[Message], str]) -> Composed:
    kind, channel = Kind(message.kind), Channel(message.channel)
    contents = contents_of(message)
    language = contents.language if contents.language in LANGUAGES else ENGLISH
    words = _words(contents, kind, channel, language)
    if message.again and kind is Kind.ABSENT:
        words = Words(words.subject, AFTER_ALL[channel][language] + words.text)
    values = _values(message, contents, language)
    if "{link}" in words.text and kind is Kind.ABSENT:
        values["link"] = link(message)
    address = (contents.phone if channel is Channel.SMS else contents.email) or ""
    return _filled(channel, language, words, values, address)


def _filled(
    channel: Channel, language: str, words: Words, values: Mapping[str, str], address: str = ""
) -> Composed:
    is_sms = channel is Channel.SMS
    body = fill_sms(words.text, values) if is_sms else fill(words.text, values)
    return Composed(
        language=language,
        address=address,
        subject=fill(words.subject, values),
        text=body,
        segments=sms_segments(body).segments if is_sms else None,
    )


def html_of(text: str, language: str) -> str:
    """The text of an email once more, for programs that show HTML."""
    return in_html(text, Locale.parse(language).text_direction)


def day_in_words(day: dt.date, channel: Channel, language: str) -> str:
    shape = SHORT_DAY[language] if channel is Channel.SMS else "long"
    return str(format_date(day, shape, locale=language))


def day_and_lesson(day: str, lesson: str, language: str) -> str:
    comma = "، " if language == "ar" else ", "
    return comma.join(filter(None, (day, lesson)))


def _words(contents: Contents, kind: Kind, channel: Channel, language: str) -> Words:
    if contents.text is None:
        return default_words(kind, channel, language)
    return Words(contents.subject or "", contents.text)


def _values(message: Message, contents: Contents, language: str) -> dict[str, str]:
    day = day_in_words(message.date, Channel(message.channel), language)
    lesson = _lesson(message.slot, contents, language)
    return {
        "school": contents.school,
        "student": contents.student,
        "guardian": contents.guardian,
        "class": contents.section or "",
        "date": day,
        "lesson": lesson,
        "when": day_and_lesson(day, lesson, language),
        "minutes": str(message.facts.get("minutes_late") or ""),
        "answer": contents.answer or "",
    }


def _sample_values(channel: Channel, language: str) -> dict[str, str]:
    day = day_in_words(SAMPLE_DAY, channel, language)
    student, guardian, answer = SAMPLES[language]
    lesson = SESSIONS[language][0]
    return {
        "school": own_school().name,
        "student": student,
        "guardian": guardian,
        "class": "7A",
        "date": day,
        "lesson": lesson,
        "when": day_and_lesson(day, lesson, language),
        "minutes": "12",
        "answer": answer,
        "link": sample_url(),
    }


def _lesson(slot: int, contents: Contents, language: str) -> str:
    if contents.has_lessons:
        return contents.period or ""
    if contents.daily_sessions == 2 and slot in {1, 2}:
        return SESSIONS[language][slot - 1]
    return ""


def _link(message: Message) -> str:
    slots = [message.slot] if message.slot else []
    return url_of(explanation_link(message.student_id, message.date, slots, message.guardian_id))
