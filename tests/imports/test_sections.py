from __future__ import annotations

from typing import Any

import pytest

from tests.imports.conftest import As, Importer

HEADING = "external_id,name,kind,grade,room,session,course,active"


def sections(as_: As) -> dict[str, dict[str, Any]]:
    items = as_("ada").get("/api/v1/sections?limit=200").get_json()["items"]
    return {item["name"]: item for item in items}


@pytest.fixture
def numbered(as_: As, sections: Importer) -> Importer:
    """The classes of the world, with numbers by which a file can name them."""
    ada, world = as_("ada"), sections.caller.world
    for number, section_id in (("C7A", world.homeroom_7a), ("C7B", world.homeroom_7b)):
        answer = ada.patch(f"/api/v1/sections/{section_id}", json={"external_id": number})
        assert answer.status_code == 200
    return sections


def test_classes_are_made_and_changed(as_: As, numbered: Importer) -> None:
    content = (
        f"{HEADING}\nC8A,8A,,8,R8,,,\nM8A,8A Maths,,8,,this YEAR,ma,\n"
        "C7A,7 Ash,homeroom,7,R9,This year,,yes\n"
    )
    report = numbered.look(content)
    assert report["counts"] == {"created": 2, "changed": 1, "unchanged": 0, "rejected": 0}
    assert report["records"][2]["changes"] == {
        "name": {"old": "7A", "new": "7 Ash"},
        "room": {"old": "R1", "new": "R9"},
    }
    assert report["records"][1]["changes"]["course"] == {"old": None, "new": "MA"}
    before = sections(as_)
    assert "8A" not in before
    assert numbered.confirm(content).status_code == 200
    after = sections(as_)
    assert (after["8A"]["kind"], after["8A"]["grade"]) == ("homeroom", "8")
    assert (after["8A Maths"]["kind"], after["8A Maths"]["external_id"]) == ("scheduled", "M8A")
    assert after["7 Ash"]["id"] == before["7A"]["id"]
    assert numbered.look(content)["counts"]["unchanged"] == 3


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("C9,,,,,,,", "name", "This may not be empty."),
        ("C9,9A,club,,,,,", "kind", "This is none of homeroom, scheduled"),
        ("C9,9A,,,,Next century,,", "session", "We do not know this year or term."),
        ("C9,9A,,,,,ZZ,", "course", "We do not know this course."),
        ("C9,9A,scheduled,,,,,", "course", "belongs to a course"),
        ("C9,7A,,,,,,", "name", "Another class of this year or term has this name."),
        ("C9,C8,,,,,,", "name", "Another class of this year or term has this name."),
        ("C8,C8 again,,,,,,", "external_id", "Line 2 has this number too."),
        ("C7A,7A,scheduled,,,,MA,", "kind", "so it stays what it is"),
        ("C9,9A,,,,,,perhaps", "active", "neither yes nor no"),
        (f"C9,{'x' * 101},,,,,,", "name", "At most 100 characters."),
    ],
)
def test_a_class_that_cannot_be_is_named_and_nothing_is_imported(
    as_: As, numbered: Importer, line: str, column: str, sentence: str
) -> None:
    content = f"{HEADING}\nC8,C8,,,,,,\n{line}\n"
    before = sections(as_)
    [(number, where, said)] = numbered.mistakes(content)
    assert (number, where) == (3, column)
    assert sentence in said
    assert numbered.confirm(content).status_code == 422
    assert sections(as_) == before


def test_a_new_class_needs_a_name(sections: Importer) -> None:
    assert sections.mistakes("external_id,grade\nC9,9\n") == [
        (2, "name", "A new class needs this.")
    ]


def test_a_class_with_people_stays_in_its_year(as_: As, numbered: Importer) -> None:
    year = {"name": "Last century", "kind": "year", "starts_on": "1999-09-01"}
    made = as_("ada").post("/api/v1/academic-sessions", json={**year, "ends_on": "2000-07-01"})
    assert made.status_code == 201, made.get_data(as_text=True)
    content = "external_id,session\nC7A,Last century\n"
    [(line, column, said)] = numbered.mistakes(content)
    assert (line, column) == (2, "session")
    assert "has people or lessons" in said
