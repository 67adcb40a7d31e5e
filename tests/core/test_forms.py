from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from school_erp.core.errors import Conflict, NotFound, invalid
from school_erp.core.forms import Form
from school_erp.core.schemas import Schema, Text
from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.people.models import Person
from tests.world import World


class PersonBody(Schema):
    given_name = Text(required=True, most=20)
    email = Text(most=50, allow_none=True)
    active = ma.fields.Boolean()
    roles = ma.fields.List(Text(), required=True)
    born_on = ma.fields.Date()


@pytest.fixture
def posted(app: Flask, world: World) -> Any:
    @contextmanager
    def post(*fields: tuple[str, str]) -> Iterator[Form]:
        with (
            app.test_request_context(method="POST", data=MultiDict(fields)),
            acting_for(world.school_id),
        ):
            yield Form(PersonBody)
            db.session.rollback()

    return post


def test_what_was_typed_is_what_was_meant(posted: Any) -> None:
    fields = [
        *(("given_name", " Zoe "), ("email", ""), ("active", "on"), ("born_on", "2015-02-01")),
        *(("roles", "student"), ("roles", "guardian"), ("csrf_token", "x"), ("next", "/")),
    ]
    with posted(*fields) as form:
        assert form.submit(lambda body: body)
    assert form.result == {
        "given_name": "Zoe",
        "email": None,
        "active": True,
        "roles": ["student", "guardian"],
        "born_on": date(2015, 2, 1),
    }
    assert form.status == 200


def test_a_box_left_unticked_means_no(posted: Any) -> None:
    with posted(("given_name", "Zoe")) as form:
        assert form.submit(lambda body: body)
    assert form.result == {"given_name": "Zoe", "active": False, "roles": []}


def test_what_is_wrong_stands_beside_what_was_typed(posted: Any) -> None:
    with posted(("given_name", "  "), ("born_on", "soon"), ("school_id", "x")) as form:
        assert not form.submit(lambda body: body)
    assert set(form.errors) == {"given_name", "born_on", "school_id"}
    assert form.errors["given_name"] == ["This may not be empty."]
    assert form.values["born_on"] == "soon"
    assert (form.result, form.status) == (None, 422)


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "x" * 21])
def test_what_cannot_be_stored_is_refused(posted: Any, typed: str) -> None:
    with posted(("given_name", typed.encode("utf-8", "surrogatepass").decode("latin-1"))) as form:
        assert not form.submit(lambda body: body)
    assert "given_name" in form.errors


def test_a_refused_action_leaves_nothing_behind(posted: Any, world: World) -> None:
    def add_and_refuse(_: Any) -> None:
        db.session.add(Person(school_id=world.school_id, given_name="Zoe", family_name="Zed"))
        db.session.flush()
        raise invalid("email", "This is somebody else's.")

    with posted(("given_name", "Zoe")) as form:
        assert not form.submit(add_and_refuse)
        assert db.session.query(Person).filter_by(given_name="Zoe").all() == []
    assert form.errors == {"email": ["This is somebody else's."]}
    assert form.error == ""


def test_a_refusal_about_no_field_stands_above_them(posted: Any) -> None:
    def refuse(_: Any) -> None:
        raise Conflict

    with posted(("given_name", "Zoe")) as form:
        assert not form.submit(refuse)
        assert form.errors == {}
        assert "already there" in form.error


def test_what_a_form_cannot_explain_is_not_its_to_answer(posted: Any) -> None:
    def refuse(_: Any) -> None:
        raise NotFound

    with posted(("given_name", "Zoe")) as form, pytest.raises(NotFound):
        form.submit(refuse)


def test_a_form_shows_what_is_there(app: Flask) -> None:
    shown = Form(PersonBody, values={"email": None, "active": True, "roles": {"student"}})
    assert shown.values == {"email": "", "active": True, "roles": ["student"]}
    assert shown.accepted
