from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.core.bounds import Range


class TimeOfDay(ma.fields.Time):
    """As the school's clock shows it."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own shape
        "invalid": _("This is not a time, such as 08:30."),
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **extra: Any
    ) -> time:
        found: time = super()._deserialize(value, attr, data, **extra)
        if found.tzinfo is not None:
            raise self.make_error("invalid")
        return found


def slot_field(**extra: Any) -> ma.fields.Integer:
    return ma.fields.Integer(
        validate=Range(min=1, max=30, error=_("Periods are numbered from 1 to 30.")),
        **extra,
    )
