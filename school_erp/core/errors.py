"""What can go wrong, by name and code; one base, so that one place can put it into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

Fields = Mapping[str, Any]


class ApplicationError(Exception):
    """Something we can explain. The message is for the person, the code for programs."""

    status = 500
    code = "internal_error"
    message: Any = _("Something went wrong on our side. It has been noted.")
    retry_after: int | None = None
    # a refusal whose own changes must be stored all the same, such as ending a stolen sign-in
    keeps_changes = False

    def __init__(
        self,
        message: Any = None,
        *,
        code: str | None = None,
        fields: Fields | None = None,
        records: Sequence[Mapping[str, Any]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.fields = dict(fields or {})
        self.records = list(records or [])
        self.retry_after = retry_after or self.retry_after
        super().__init__(str(self.code))

    def body(self, request_id: str) -> dict[str, Any]:
        """The one error shape: in JSON, on a page, in a socket's answer."""
        error: dict[str, Any] = {"code": self.code, "message": str(self.message)}
        if self.fields:
            error["fields"] = _plain(self.fields)
        if self.records:
            error["records"] = _plain(self.records)
        error["request_id"] = request_id
        return {"error": error}


class Malformed(ApplicationError):
    status, code = 400, "malformed"
    message = _("We could not read what was sent.")


class Unauthenticated(ApplicationError):
    status, code = 401, "unauthenticated"
    message = _("Please sign in.")


class Forbidden(ApplicationError):
    status, code = 403, "forbidden"
    message = _("You may not do this.")


class NotFound(ApplicationError):
    status, code = 404, "not_found"
    message = _("There is nothing here, or it is not yours to see.")


class Conflict(ApplicationError):
    status, code = 409, "conflict"
    message = _("This changed in the meantime, or is already there.")


class TooLarge(ApplicationError):
    status, code = 413, "too_large"
    message = _("That is more than we can take at once.")


class Invalid(ApplicationError):
    status, code = 422, "invalid"
    message = _("Some of what was entered is not right.")


class TooMany(ApplicationError):
    status, code, retry_after = 429, "too_many", 60
    message = _("Too many tries. Please wait a moment and try again.")


class Unavailable(ApplicationError):
    status, code, retry_after = 503, "unavailable", 5
    message = _("We cannot reach our records right now. Nothing was changed; please try again.")


def invalid(field: str, message: Any) -> Invalid:
    """One field is wrong, and this is why."""
    return Invalid(fields={field: [message]})


def sentences_in(found: Any) -> list[Any]:
    """Whatever is said of one field, in however deep a shape, as one list."""
    if isinstance(found, Mapping):
        return [sentence for part in found.values() for sentence in sentences_in(part)]
    return list(found) if isinstance(found, (list, tuple)) else [found]


def _plain(value: Any) -> Any:
    """Lazy translations become text here, in the language of whoever asked."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
