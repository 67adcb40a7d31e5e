from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import nodes

from config import ROOT
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.web.navigation import PLACES
from tests.web.gallery_app import TEMPLATES

# which argument of which macro is the name of an icon
ICON_ARGUMENT = {"icon": 0, "link_button": 3, "empty_state": 2, "tag": 2}
PAGES = sorted(TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style\b"),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "a foreign host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"),
    # on phones it stands beside the row's name, where a label squeezes it
    "a label beside a state": re.compile(r'class="cell-status"[^>]*\sdata-label'),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_holds_nothing_that_the_policy_or_the_design_refuses(page: Path) -> None:
    text = page.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_names_only_icons_that_are_built(gallery: Flask, page: Path) -> None:
    assert set(icons_named_in(gallery.jinja_env.parse(page.read_text()))) <= icons_built()


def test_every_place_in_the_navigation_has_an_icon_that_is_built() -> None:
    assert {place.icon for place in PLACES} <= icons_built()


def test_a_choice_that_always_has_a_value_is_not_called_optional(gallery: Flask) -> None:
    page = """{% import "layout/forms.html" as forms with context %}
      {{ forms.select(form, "who", "Who", [("a", "A")]) }}
      {{ forms.select(form, "when", "When", [("1", "One")], placeholder="What is due now") }}
      {{ forms.field(form, "note", "Note") }}"""
    with gallery.test_request_context():
        shown = render_template_string(page, form=Form(Empty))
    labels = re.findall(r"<label[^>]*>(.*?)</label>", shown, re.DOTALL)
    assert ["(optional)" in label for label in labels] == [True, False, True]


def icons_built() -> set[str]:
    return set(json.loads((ROOT / "school_erp/frontend/icons.json").read_text()))


def icons_named_in(tree: nodes.Template) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        macro = getattr(call.node, "attr", getattr(call.node, "name", ""))
        place = ICON_ARGUMENT.get(macro)
        if place is None:
            continue
        named = [keyword.value for keyword in call.kwargs if keyword.key == "icon_name"]
        for argument in [*call.args[place : place + 1], *named]:
            yield from (const.value for const in literals_in(argument) if const.value)


def literals_in(argument: nodes.Node) -> Iterator[nodes.Const]:
    """The texts an argument may come to: of a condition both ends, not what it compares with."""
    if isinstance(argument, nodes.CondExpr):
        for end in filter(None, (argument.expr1, argument.expr2)):
            yield from literals_in(end)
    elif isinstance(argument, nodes.Const):
        yield argument


def test_a_refused_form_keeps_what_was_typed_without_letting_it_become_markup(
    gallery: Flask,
) -> None:
    page = gallery.test_client().get("/gallery/form?failing").text
    assert 'value="&lt;b&gt;&#34;Pia&#34;&lt;/b&gt;"' in page
    assert "<b>" not in page
    assert re.search(r'<option value="teacher" selected>', page)
    assert re.search(r'value="2"\s+checked', page)


def test_a_password_is_never_sent_back(gallery: Flask) -> None:
    assert "secret" not in gallery.test_client().get("/gallery/form?failing").text


def test_a_field_in_error_is_tied_to_its_hint_and_its_sentence(gallery: Flask) -> None:
    page = gallery.test_client().get("/gallery/form?failing").text
    email = re.search(r"<input[^>]*name=\"email\"[^>]*>", page)
    assert email is not None
    assert 'aria-describedby="hint-email error-email"' in email[0]
    assert 'aria-invalid="true"' in email[0]
    assert re.search(r'id="error-email">.*?Enter an address with an @\.', page, re.DOTALL)
    assert '<a href="#field-email">Enter an address with an @.</a>' in page


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_an_error_page_says_what_happened_what_to_do_and_its_reference(
    gallery: Flask, status: int
) -> None:
    page = gallery.test_client().get(f"/error/{status}").text
    assert f"Error {status}" in page
    assert "Try again in 30 seconds." in page
    assert "<code>5f2a</code>" in page
    assert len(re.findall(r"<p[ >]", page)) >= 3


def test_a_parent_gets_large_text_and_links_on_top_and_staff_a_sidebar(gallery: Flask) -> None:
    client = gallery.test_client()
    parent = client.get("/gallery/person?role=guardian").text
    officer = client.get("/gallery/person?role=officer").text
    assert 'data-density="comfortable"' in parent
    assert 'class="sidebar"' not in parent
    assert 'data-density="compact"' in officer
    assert 'class="sidebar"' in officer
