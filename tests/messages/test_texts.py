"""What an adult reads: lengths, placeholders, languages, and nothing that was not meant."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from school_erp.core.clock import now
from school_erp.core.languages import LANGUAGES
from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.messages.defaults import default_words
from school_erp.messages.models import Message
from school_erp.messages.pricing import cost_of
from school_erp.messages.rules.filling import PLACEHOLDERS, fill, in_html, unknown_placeholders
from school_erp.messages.rules.fitting import fill_sms
from school_erp.messages.rules.lengths import Length, sms_segments
from school_erp.messages.texts import Composed, compose, html_of
from school_erp.messages.vocabulary import Channel, Kind
from tests.world import World


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("GSM-7", 0, 0)),
        ("a" * 160, Length("GSM-7", 160, 1)),
        ("a" * 161, Length("GSM-7", 161, 2)),
        ("a" * 306, Length("GSM-7", 306, 2)),
        ("a" * 307, Length("GSM-7", 307, 3)),
        ("€" * 80, Length("GSM-7", 160, 1)),
        # the second half of a € does not fit behind 152 others, and moves on whole
        ("a" * 152 + "€" * 77, Length("GSM-7", 306, 3)),
        ("é" * 160, Length("GSM-7", 160, 1)),
        ("ç" + "a" * 69, Length("UCS-2", 70, 1)),
        ("ç" + "a" * 70, Length("UCS-2", 71, 2)),
        ("غ" * 134, Length("UCS-2", 134, 2)),
        ("غ" * 135, Length("UCS-2", 135, 3)),
        ("\N{GRINNING FACE}" * 35, Length("UCS-2", 70, 1)),
        ("\N{GRINNING FACE}" * 67, Length("UCS-2", 134, 3)),
    ],
)
def test_an_sms_is_counted_as_networks_count(text: str, length: Length) -> None:
    assert sms_segments(text) == length


def test_a_value_is_never_looked_through_and_never_breaks_a_line() -> None:
    values = {"student": "{link}\nBcc: x@example.org", "school": "A"}
    assert fill("{school}: {student} {other} {", values) == (
        "A: {link} Bcc: x@example.org {other} {"
    )
    assert unknown_placeholders(Kind.LATE, "{school} {link} {Student} {} {link}") == [
        *("link", "Student", ""),
    ]


def test_what_somebody_typed_stays_text_in_an_email() -> None:
    shown = in_html('<script>alert("x")</script>\nhttps://a.example/?b=1&c="> end', "rtl")
    assert "<script>" not in shown
    assert '<a href="https://a.example/?b=1&amp;c=">https://a.example/?b=1&amp;c=</a>' in shown
    assert 'dir="rtl"' in html_of("x", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_defaults_know_their_placeholders_and_fit_two_sms(language: str) -> None:
    values = dict.fromkeys(PLACEHOLDERS[Kind.ABSENT], "Benedict") | {
        "school": "Windmill Lane School",
        "date": "21/11" if language != "en" else "21 Nov",
        "when": "21/11, après-midi" if language != "en" else "21 Nov, afternoon",
        "link": "https://school.example.org/explain/" + "x" * 64,
    }
    for kind in Kind:
        for channel in Channel:
            words = default_words(kind, channel, language)
            assert unknown_placeholders(kind, words.subject + words.text) == []
        short = fill_sms(default_words(kind, Channel.SMS, language).text, values)
        assert short.startswith("Windmill"), short
        assert sms_segments(short).segments <= 2, short
        if language != "ar":
            assert sms_segments(short).encoding == "GSM-7", short


def test_an_sms_that_would_be_a_third_one_says_less_of_the_name_of_the_school(app: Flask) -> None:
    link = "https://school.example.org/explain/" + "x" * 64
    values = {"school": "مدرسة النور الابتدائية", "student": "محمد", "date": "21/11", "link": link}
    text = default_words(Kind.ABSENT, Channel.SMS, "ar").text
    short = fill_sms(text, values)
    assert short.startswith("مدرسة النور: سبب غياب محمد")
    assert sms_segments(short) == Length("UCS-2", 133, 2)
    with app.test_request_context():
        assert cost_of(sms_segments(short).segments, "0.05 EUR") == "€0.10"
    # nothing is left to take away, so that nothing is
    assert fill_sms(text, values | {"link": link * 2}).startswith("مدرسة النور الابتدائية")
    assert fill_sms("{school}: {student}", values) == "مدرسة النور الابتدائية: محمد"


def told(app: Flask, world: World, **said: Any) -> Composed:
    common = {"kind": "absent", "channel": "sms", "date": world.today, "slot": 1, "facts": {}}
    message = Message(
        school_id=world.school_id,
        student_id=world.pia,
        guardian_id=world.gwen,
        section_id=world.homeroom_7a,
        due_at=now(),
        **common | said,
    )
    with app.app_context(), acting_for(world.school_id):
        found = compose(message)
        db.session.rollback()
    return found


def test_a_message_is_in_the_language_of_the_adult_and_in_the_words_of_the_school(
    app: Flask, founded: World, owner: Any
) -> None:
    first = told(app, founded)
    assert (first.language, first.address, first.subject) == ("en", "+447700900123", "")
    assert first.text.startswith("Windmill Lane School: Pia was marked absent, ")
    assert "/explain/" in first.text
    assert "Park" not in first.text
    assert first.segments == 2
    owner.execute("UPDATE person SET language = 'fr', email = NULL WHERE id = %s", [founded.gwen])
    french = told(app, founded, channel="email")
    assert (french.language, french.address, french.segments) == ("fr", "", None)
    assert french.text.startswith("Bonjour Gwen,")
    owner.execute(
        "INSERT INTO message_template (school_id, id, kind, channel, language, text) "
        "VALUES (%s, gen_random_uuid(), 'late', 'sms', 'fr', '{student}: {minutes} min, {class}')",
        [founded.school_id],
    )
    after_all = told(app, founded, again=True)
    assert after_all.text.startswith("Après vérification : Windmill Lane School : absence de Pia")
    own = told(app, founded, kind="late", facts={"minutes_late": 12})
    assert (own.text, own.segments) == ("Pia: 12 min, 7A", 1)
