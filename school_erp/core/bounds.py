"""How much there may be of something, said in the words of whoever sent too much."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, validate


class Range(validate.Range):
    def __call__(self, value: Any) -> Any:
        if self._is_within(value):
            return value
        raise ValidationError(str(self.error or _range(self.min, self.max)))

    def _is_within(self, value: Any) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


class Length(validate.Length):
    def __call__(self, value: Any) -> Any:
        if self.min is not None and len(value) < self.min:
            raise ValidationError(str(self.error or _too_few(self.min)))
        if self.max is not None and len(value) > self.max:
            raise ValidationError(str(self.error or _too_many(value, self.max)))
        return value


def _range(least: Any, most: Any) -> str:
    if most is None:
        return str(_("This is a number from %(least)s on.", least=least))
    return str(_("This is a number from %(least)s to %(most)s.", least=least, most=most))


def _too_few(least: int) -> str:
    if least == 1:
        return str(_("This may not be empty."))
    return str(_("At least %(least)s are needed here.", least=least))


def _too_many(value: Sized, most: int) -> str:
    if isinstance(value, str):
        return str(_("At most %(most)s characters.", most=most))
    return str(_("At most %(most)s at once.", most=most))
