from __future__ import annotations

import marshmallow as ma

from school_erp.core.bounds import Range
from school_erp.core.schemas import Paragraph, Schema, Text

# ten SMS at the most, and an email that somebody still reads
LONGEST_TEXT, LONGEST_SUBJECT = 1_500, 150


class WordsBody(Schema):
    """Both the saving and the trying of words."""

    subject = Text(most=LONGEST_SUBJECT, blank=True, load_default="")
    text = Paragraph(most=LONGEST_TEXT, required=True)
    base_version = ma.fields.Integer(validate=Range(min=0))


class WordingShape(Schema):
    kind = ma.fields.String(required=True, attribute="occasion.kind")
    channel = ma.fields.String(required=True, attribute="occasion.channel")
    language = ma.fields.String(required=True, attribute="occasion.language")
    placeholders = ma.fields.List(
        ma.fields.String(), required=True, attribute="occasion.placeholders"
    )
    subject = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    is_own = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)
    changed_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class WordingList(Schema):
    items = ma.fields.List(ma.fields.Nested(WordingShape), required=True)


class TrialShape(Schema):
    """How it looks with names that are nobody's, and what it would cost."""

    subject = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    encoding = ma.fields.String(
        allow_none=True, metadata={"description": "Of an SMS: GSM-7, or UCS-2 at twice the price"}
    )
    characters = ma.fields.Integer(required=True)
    segments = ma.fields.Integer(required=True, allow_none=True)
    cost = ma.fields.String(
        required=True, metadata={"description": "Of one, where the operator said what SMS cost"}
    )
    advice = ma.fields.List(ma.fields.String(), required=True)
