from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.world import Visitor

Visiting = Callable[..., Visitor]

TYPED: dict[str, Any] = {
    "name": "Watermill Lane School",
    "timezone": "Africa/Nairobi",
    "locale": "fr",
    "region": "KE",
    "weekdays": ["1", "2", "3", "4", "5"],
}


def test_staff_read_their_school_and_only_the_administrator_is_led_to_edit_it(
    visiting: Visiting,
) -> None:
    for who, led in (("ada", True), ("olive", False), ("sam", False)):
        page = visiting(who).get("/school")
        assert page.status_code == 200
        assert "Windmill Lane School" in page.text
        assert "United Kingdom" in page.text
        assert ('href="/school/edit"' in page.text) is led
    assert visiting("pia").get("/school").status_code == 403


def test_the_administrator_edits_the_school_with_a_form(visiting: Visiting) -> None:
    ada = visiting("ada")
    form = ada.get("/school/edit")
    assert '<option value="Europe/London" selected>' in form.text
    assert ada.submit("/school/edit", TYPED).status_code == 302
    changed = ada.get("/api/v1/school").get_json()
    assert {name: changed[name] for name in TYPED} == {**TYPED, "weekdays": [1, 2, 3, 4, 5]}
    assert "Kenya" in ada.get("/school").text


def test_a_school_without_a_day_or_a_place_is_refused_and_keeps_what_was_typed(
    visiting: Visiting,
) -> None:
    ada = visiting("ada")
    for wrong in ({"weekdays": []}, {"timezone": "Europe/Atlantis"}, {"region": ""}):
        answer = ada.submit("/school/edit", TYPED | wrong)
        assert answer.status_code == 422
        assert f'href="#field-{next(iter(wrong))}"' in answer.text
        assert 'value="Watermill Lane School"' in answer.text
    assert ada.get("/api/v1/school").get_json()["name"] == "Windmill Lane School"


def test_nobody_else_edits_the_school_with_a_form(visiting: Visiting) -> None:
    for who in ("olive", "tom", "pia", "gwen"):
        assert visiting(who).get("/school/edit").status_code == 403
        assert visiting(who).submit("/school/edit", TYPED).status_code == 403
