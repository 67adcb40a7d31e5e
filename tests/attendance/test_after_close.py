"""Who comes when the register has closed has missed the session, and is there all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"
AFTER_CLOSE = {
    "code": "U",
    "label": "Arrived after the register closed",
    "status": "LATE",
    "statistical_class": "unauthorised",
    "roles": ["admin", "officer", "teacher"],
}


@pytest.fixture
def strict(as_: As, founded: World) -> World:
    """Registers stay open for half an hour, and U is for who comes later."""
    ada = as_("ada")
    changed = ada.patch(f"{URL}/settings", json={"closed_after_minutes": 30})
    assert changed.status_code == 200
    assert ada.post(f"{URL}/codes", json=AFTER_CLOSE).status_code == 201
    return founded


def marked(caller: Caller, **said: dict[str, Any]) -> dict[str, tuple[str, int | None]]:
    world = caller.world
    body = {
        "date": world.today.isoformat(),
        "section_id": str(world.homeroom_7a),
        "period": 1,
        "records": [{"student_id": str(world.ids[who]), **each} for who, each in said.items()],
    }
    answer = caller.post(URL, json=body, headers={"Prefer": "wait=5"})
    assert answer.status_code == 200, answer.text
    names = {str(world.ids[who]): who for who in said}
    return {
        names[it["student_id"]]: (it["mark"]["code"], it["mark"]["minutes_late"])
        for it in answer.get_json()["records"]
    }


def late(minutes: int, **more: Any) -> dict[str, Any]:
    return {"status": "LATE", "minutes_late": minutes, **more}


def test_half_an_hour_is_late_and_a_minute_more_has_missed_it(as_: As, strict: World) -> None:
    tom = as_("tom")
    first = marked(tom, pia=late(30), paul=late(31))
    assert first == {"pia": ("L", 30), "paul": ("U", 31)}
    turned = marked(tom, pia=late(31), paul=late(30))
    assert turned == {"pia": ("U", 31), "paul": ("L", 30)}, "marks that stand are judged the same"
    mark = f"{URL}/marks/{strict.pia}/{strict.today}/1"
    assert tom.patch(mark, json=late(31)).get_json()["outcome"] == "unchanged"
    summary = as_("olive").get(f"{URL}/students/{strict.pia}/summary").get_json()
    assert [it["code"] for it in summary["marks"]["unauthorised"]] == ["U"]


def test_a_code_that_is_named_stands(as_: As, strict: World) -> None:
    said = marked(as_("tom"), pia=late(45, code="L"), paul=late(5, code="U"))
    assert said == {"pia": ("L", 45), "paul": ("U", 5)}


def test_without_such_a_code_or_the_right_to_it_late_is_late(as_: As, founded: World) -> None:
    assert marked(as_("tom"), pia=late(45)) == {"pia": ("L", 45)}
    for_the_office = AFTER_CLOSE | {"roles": ["admin", "officer"]}
    assert as_("ada").post(f"{URL}/codes", json=for_the_office).status_code == 201
    assert marked(as_("tom"), paul=late(45)) == {"paul": ("L", 45)}
    assert marked(as_("olive"), paul=late(45)) == {"paul": ("U", 45)}
