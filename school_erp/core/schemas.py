"""The shapes that features share: nothing unknown comes in, nothing endless or unprintable."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.core.bounds import Range
from school_erp.core.days import may_be_meant
from school_erp.core.paging import LIMIT, MOST

EARLIEST_YEAR, LATEST_YEAR = 1900, 2999

WORDS: dict[type[ma.fields.Field[Any]], dict[str, Any]] = {
    ma.fields.Field: {"required": _("This is needed."), "null": _("This may not be empty.")},
    ma.fields.String: {"invalid": _("This is not text.")},
    ma.fields.UUID: {"invalid_uuid": _("This is not an id of ours.")},
    ma.fields.Number: {"invalid": _("This is not a number."), "too_large": _("This is too large.")},
    ma.fields.Integer: {"invalid": _("This is not a whole number.")},
    ma.fields.Boolean: {"invalid": _("This is neither yes nor no.")},
    ma.fields.DateTime: {"invalid": _("This is not a date with a time.")},
    ma.fields.Date: {"invalid": _("This is not a date.")},
    ma.fields.Time: {"invalid": _("This is not a time of day.")},
    ma.fields.List: {"invalid": _("This is not a list.")},
}
for field, words in WORDS.items():
    field.default_error_messages = {**field.default_error_messages, **words}
validate.OneOf.default_message = _("This is none of the choices.")


class Schema(ma.Schema):
    class Meta:
        unknown = ma.RAISE
        ordered = True

    error_messages = {"unknown": _("We do not know this field.")}  # noqa: RUF012 - marshmallow's own shape

    def handle_error(self, error: ma.ValidationError, *_data: Any, **_how: Any) -> None:
        """Sentences come in lists, also those that are put into words only when they are shown."""
        error.messages = _listed(error.messages)


def _listed(messages: Any) -> Any:
    if isinstance(messages, Mapping):
        return {key: _listed(item) for key, item in messages.items()}
    return messages if isinstance(messages, list) else [messages]


class Text(ma.fields.String):
    """A line of text: trimmed, bounded, and free of characters that no person types."""

    multiline = False
    default_error_messages = {  # noqa: RUF012 - marshmallow's own shape
        "characters": _("This contains characters that cannot be stored."),
        "blank": _("This may not be empty."),
    }

    def __init__(self, *, most: int = 200, blank: bool = False, **extra: Any) -> None:
        self.most, self.blank = most, blank
        extra.setdefault("metadata", {}).setdefault("maxLength", most)
        if not blank:
            extra["metadata"].setdefault("minLength", 1)
        super().__init__(**extra)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **extra: Any
    ) -> str:
        typed = super()._deserialize(value, attr, data, **extra).strip()
        text = unicodedata.normalize("NFC", typed)
        if not text.isprintable() and not self._is_storable(text):
            raise self.make_error("characters")
        if not text and not self.blank:
            raise self.make_error("blank")
        if len(text) > self.most:
            raise ma.ValidationError([_("At most %(most)s characters.", most=self.most)])
        return text

    def _is_storable(self, text: str) -> bool:
        return all(_storable(character, multiline=self.multiline) for character in text)


class Paragraph(Text):
    multiline = True


def _storable(character: str, *, multiline: bool) -> bool:
    if multiline and character in "\n\r\t":
        return True
    return unicodedata.category(character) not in {"Cc", "Cs"}


class Whole(ma.fields.Integer):
    """A whole number, also as a form writes it; a half is not rounded to one."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Moment(ma.fields.AwareDateTime):
    """A date with a time that can be read again once it is stored in UTC: the year 1 cannot."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **extra: Any
    ) -> Any:
        moment = super()._deserialize(value, attr, data, **extra)
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return moment


class Day(ma.fields.Date):
    """A date that a school could mean, with days before and after it to go to."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own shape
        "far": _("This date is too far away."),
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **extra: Any
    ) -> date:
        day: date = super()._deserialize(value, attr, data, **extra)
        if not may_be_meant(day):
            raise self.make_error("far")
        return day


class Choice(ma.fields.String):
    """One of a few words."""

    def __init__(self, words: Any, **extra: Any) -> None:
        super().__init__(validate=validate.OneOf([str(word) for word in words]), **extra)


class Empty(Schema):
    """A body with nothing in it."""


class PageQuery(Schema):
    # room for a place named by the longest name in any script
    cursor = Text(most=1_200)
    limit = ma.fields.Integer(load_default=LIMIT, strict=False, validate=Range(min=1, max=MOST))


class DatesQuery(Schema):
    on = Day()


class ErrorBody(Schema):
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    request_id = ma.fields.String(required=True)
    fields_ = ma.fields.Dict(data_key="fields")
    records = ma.fields.List(ma.fields.Dict())


class ErrorAnswer(Schema):
    """The one shape of every error."""

    error = ma.fields.Nested(ErrorBody, required=True)


def paged(item: type[ma.Schema]) -> type[ma.Schema]:
    """The answer of a list of these."""
    shape: dict[str, ma.fields.Field[Any]] = {
        "items": ma.fields.List(ma.fields.Nested(item), required=True),
        "next_cursor": ma.fields.String(allow_none=True, required=True),
    }
    return Schema.from_dict(shape, name=f"{item.__name__.removesuffix('Schema')}Page")
