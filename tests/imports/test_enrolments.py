from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.imports.conftest import As, Importer
from tests.world import World

HEADING = "section,person,role,starts_on,ends_on"


@pytest.fixture
def numbered(as_: As, enrolments: Importer, world: World) -> Importer:
    numbers = (("C7A", "homeroom_7a"), ("C7B", "homeroom_7b"), ("M7A", "maths_7a"))
    for number, name in numbers:
        path = f"/api/v1/sections/{world.ids[name]}"
        assert as_("ada").patch(path, json={"external_id": number}).status_code == 200
    return enrolments


def stays(as_: As, world: World, who: str) -> dict[str, tuple[str, str | None]]:
    names = {str(id_): name for name, id_ in world.ids.items()}
    answer = as_("ada").get(f"/api/v1/enrolments?person_id={world.ids[who]}")
    return {
        names[it["section_id"]]: (it["starts_on"], it["ends_on"])
        for it in answer.get_json()["items"]
    }


def day(world: World, offset: int) -> str:
    return (world.today + dt.timedelta(days=offset)).isoformat()


def test_somebody_moves_to_another_homeroom_in_one_file(
    as_: As, numbered: Importer, world: World
) -> None:
    content = (
        f"{HEADING}\nC7B,X-pia,student,{day(world, 1)},\n"
        f"C7A,X-pia,,,{day(world, 0)}\nM7A,X-quinn,student,,\n"
    )
    report = numbered.look(content)
    assert report["counts"] == {"created": 2, "changed": 1, "unchanged": 0, "rejected": 0}
    assert report["records"][1]["changes"] == {"ends_on": {"old": None, "new": day(world, 0)}}
    before = stays(as_, world, "pia")
    assert set(before) == {"homeroom_7a", "maths_7a"}
    assert numbered.confirm(content).status_code == 200
    first = day(world, -90)
    assert stays(as_, world, "pia") == {
        "homeroom_7a": (first, day(world, 0)),
        "homeroom_7b": (day(world, 1), None),
        "maths_7a": (first, None),
    }
    assert stays(as_, world, "quinn")["maths_7a"] == (day(world, 0), None)
    again = content.replace(f"C7A,X-pia,,,{day(world, 0)}\n", "")
    assert numbered.look(again)["counts"]["unchanged"] == 2


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("C9,X-pia,,,", "section", "We know no such class."),
        ("C7A,X-nobody,,,", "person", "We know no such person."),
        (",X-pia,,,", "section", "This may not be empty."),
        ("C7B,X-pia,,,", "section", "They are already in 7A, from"),
        ("C7B,X-sam,teacher,,", "person", "Sam Stone is not a teacher of the school then."),
        ("C7B,X-tom,student,,", "person", "Tom Tanner is not a student of the school then."),
        ("C7B,X-tom,helper,,", "role", "This is none of student, teacher"),
        ("M7A,X-quinn,,01/09/2026,", "starts_on", "Write a date as year-month-day"),
        ("M7A,X-quinn,,2026-02-30,", "starts_on", "This is not a date."),
        ("M7A,X-quinn,,1999-09-01,", "starts_on", "This year lasts from"),
        ("M7A,X-quinn,,,2150-01-01", "ends_on", "This year lasts from"),
        ("C7B,X-tara,teacher,,1999-01-01", "ends_on", "The last day comes before the first."),
        ("M7A,X-tara,teacher,,", "", "Line 2 says this already."),
    ],
)
def test_an_enrolment_that_cannot_be_is_named_and_nothing_is_imported(
    as_: As, numbered: Importer, world: World, line: str, column: str, sentence: str
) -> None:
    content = f"{HEADING}\nM7A,X-tara,teacher,,\n{line}\n"
    [(number, where, said)] = numbered.mistakes(content)
    assert (number, where) == (3, column)
    assert sentence in said
    assert numbered.confirm(content).status_code == 422
    assert set(stays(as_, world, "tara")) == {"homeroom_7b"}


def test_somebody_who_left_joins_no_class(as_: As, numbered: Importer, world: World) -> None:
    as_("ada").patch(f"/api/v1/people/{world.quinn}", json={"active": False})
    [(_, column, said)] = numbered.mistakes("section,person\nM7A,X-quinn\n")
    assert (column, said) == ("person", "Quinn Quist is no longer at the school.")


def test_two_lines_cannot_put_one_student_into_two_homerooms(
    as_: As, numbered: Importer, world: World
) -> None:
    new: dict[str, Any] = {"given_name": "Zoë", "family_name": "New", "external_id": "S1"}
    assert as_("ada").post("/api/v1/people", json={**new, "role": "student"}).status_code == 201
    content = "section,person\nC7A,S1\nC7B,S1\n"
    [(line, column, said)] = numbered.mistakes(content)
    assert (line, column) == (3, "section")
    assert "They are already in 7A" in said
