"""Plain HTML forms over the same schemas and actions as the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import request

from school_erp.core.errors import ApplicationError, Conflict, Invalid, sentences_in
from school_erp.extensions import db

NOT_OURS = {"csrf_token", "next"}


class Form:
    """What was typed, what is wrong with it, and the one action it leads to.

    >>> form = Form(PersonBody, values=person_as_typed)
    >>> if request.method == "POST" and form.submit(lambda body: change_person(person, body)):
    ...     return redirect(...)
    >>> return render_template("people/form.html", form=form), form.status
    """

    def __init__(self, schema: type[ma.Schema], values: Mapping[str, Any] | None = None) -> None:
        self.schema = schema()
        self.values: dict[str, Any] = {key: _as_typed(item) for key, item in (values or {}).items()}
        self.errors: dict[str, list[str]] = {}
        # what the page calls the fields that something is wrong with
        self.labels: dict[str, str] = {}
        self.error = ""
        self.result: Any = None

    def submit(self, act: Callable[[dict[str, Any]], Any]) -> bool:
        """Check what was posted and do it: wholly, or not at all with the reasons noted."""
        self.values = self._typed()
        try:
            body = self.schema.load(self._meant())
            with db.session.begin_nested():
                self.result = act(body)
        except ma.ValidationError as refusal:
            self._note(refusal.normalized_messages())  # type: ignore[no-untyped-call]
        except (Invalid, Conflict) as refusal:
            self._note(refusal.fields)
            self.error = "" if self.errors else str(refusal.message)
        return self.accepted

    def keep(self) -> None:
        """Remember what was typed and do nothing yet, as when a button only searches."""
        self.values = self._typed()

    def refuse(self, error: ApplicationError) -> None:
        """Note a refusal that came from elsewhere than the action."""
        self._note(error.fields)
        self.error = "" if self.errors else str(error.message)

    @property
    def accepted(self) -> bool:
        return not self.errors and not self.error

    @property
    def status(self) -> int:
        return 200 if self.accepted else 422

    def _typed(self) -> dict[str, Any]:
        """As the person typed it, lists where the field holds several."""
        several = {
            name for name, field in self.schema.fields.items() if isinstance(field, ma.fields.List)
        }
        return {
            name: request.form.getlist(name) if name in several else request.form[name]
            for name in request.form
            if name not in NOT_OURS
        }

    def _meant(self) -> dict[str, Any]:
        """A field left blank means nothing is there; a box left unticked means no."""
        meant = {name: value for name, value in self.values.items() if value != ""}
        for name, field in self.schema.load_fields.items():
            if isinstance(field, ma.fields.Boolean):
                meant.setdefault(name, False)
            elif isinstance(field, ma.fields.List) and field.required:
                meant.setdefault(name, [])
            elif self.values.get(name) == "" and field.allow_none:
                meant[name] = None
        return meant

    def _note(self, messages: Mapping[str, Any]) -> None:
        for name, found in messages.items():
            self.errors[str(name)] = [str(sentence) for sentence in sentences_in(found)]


def asked_for(schema: type[ma.Schema]) -> dict[str, Any]:
    """What a list's address asks for. Blank means nothing, and words that are not ours are left."""
    given = {name: text for name, text in request.args.items() if text}
    try:
        found: dict[str, Any] = schema().load(given, unknown=ma.EXCLUDE)
    except ma.ValidationError as refusal:
        raise Invalid(fields=refusal.normalized_messages()) from refusal  # type: ignore[no-untyped-call]
    return found


def _as_typed(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(item) for item in value]
    return value if isinstance(value, bool) else str(value)
