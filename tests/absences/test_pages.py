from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.absences.conftest import URL, As, Rows, day, said
from tests.world import Visitor, World

Visiting = Callable[..., Visitor]
OF_ALL = "SELECT student_id, state, through, note, code, answer FROM absence_request ORDER BY id"


@pytest.fixture
def two_children(founded: World, owner: Any) -> World:
    """Gwen answers for Paul too."""
    owner.execute(
        "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation) "
        "VALUES (%s, gen_random_uuid(), %s, %s, 'mother')",
        [founded.school_id, founded.paul, founded.gwen],
    )
    return founded


def typed(world: World, *children: str, **more: Any) -> dict[str, Any]:
    return {
        "student_ids": [str(world.ids[child]) for child in children],
        "starts_on": day(world, 1),
        "ends_on": day(world, 2),
        "reason": "illness",
        "note": "",
        **more,
    }


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words(text: str) -> str:
    reader = _Words()
    reader.feed(text)
    return " ".join(" ".join(reader.said).split())


def test_a_mother_tells_of_two_children_at_once_and_reads_the_answers(
    two_children: World, visiting: Visiting, rows: Rows
) -> None:
    world = two_children
    gwen, olive = visiting("gwen"), visiting("olive")
    assert "Nothing told yet" in gwen.get("/absences/mine").text
    form = gwen.get("/absences/new").text
    assert "Pia Park" in form
    assert "Paul Pavlov" in form
    assert "Quinn" not in form
    note = "<script>alert(1)</script>\nback on Friday"
    sent = gwen.submit("/absences/new", typed(world, "pia", "paul", note=note))
    assert sent.location == "/absences/mine"
    assert [row[0] for row in rows(OF_ALL)] == [world.pia, world.paul]

    waiting = olive.get("/absences").text
    assert "<script>alert" not in waiting
    assert "<script>alert(1)</script> back on Friday" in words(waiting)
    [pia, paul] = [row[0] for row in rows("SELECT id FROM absence_request ORDER BY id")]
    url = f"/absences/{pia}/decision"
    done = olive.submit(url, {"decision": "accepted", "code": "E", "next": "/absences"})
    assert done.location == "/absences"
    silent = olive.submit(f"/absences/{paul}/decision", {"decision": "refused", "answer": ""})
    assert silent.location == f"/absences/{paul}"
    assert "Say why, in a sentence for the family." in olive.get(silent.location).text
    olive.submit(f"/absences/{paul}/decision", {"decision": "refused", "answer": "He was here."})
    late = olive.submit(f"/absences/{paul}/decision", {"decision": "accepted"})
    assert "decided or cancelled meanwhile" in olive.get(late.location).text

    mine = words(gwen.get("/absences/mine").text)
    assert "Accepted" in mine
    assert "Not accepted" in mine
    assert "He was here." in mine
    assert "Cancel this request" in gwen.get(f"/absences/{pia}").text
    gwen.submit(f"/absences/{pia}/cancellation")
    assert [row[1] for row in rows(OF_ALL)] == ["cancelled", "refused"]
    assert rows("SELECT * FROM announced_absence") == []
    for state in ("pending", "accepted", "refused", "cancelled"):
        assert olive.get(f"/absences?state={state}").status_code == 200


def test_telling_of_several_is_all_or_nothing(
    two_children: World, visiting: Visiting, as_: As, rows: Rows
) -> None:
    world, gwen = two_children, visiting("gwen")
    as_("gwen").post(URL, json=said(world, 0, 5, student_id=str(world.paul)))
    before = rows("SELECT r::text FROM absence_request r"), rows("SELECT seq FROM realtime_event")
    again = gwen.submit("/absences/new", typed(world, "pia", "paul"))
    assert again.status_code == 422
    assert "told of this absence already" in again.text
    assert gwen.submit("/absences/new", typed(world, "pia", "quinn")).status_code == 403
    assert gwen.submit("/absences/new", typed(world)).status_code == 422
    backwards = gwen.submit("/absences/new", typed(world, "pia", ends_on=day(world, 0)))
    assert "The last day comes before the first." in backwards.text
    assert day(world, 1) in backwards.text
    after = rows("SELECT r::text FROM absence_request r"), rows("SELECT seq FROM realtime_event")
    assert after == before


def test_the_office_writes_down_who_rang_and_accepts_at_once(
    founded: World, visiting: Visiting, rows: Rows
) -> None:
    olive = visiting("olive")
    assert "Pia Park" in olive.get("/absences/by-phone?q=par").text
    url = f"/absences/by-phone/{founded.pia}"
    assert "Gwen Park (Mother)" in olive.get(url).text
    asked = typed(founded) | {"guardian_id": str(founded.gwen), "accept": "yes", "code": "P"}
    del asked["student_ids"]
    wrong = olive.submit(url, asked)
    assert "This code cannot stand for an absence with leave." in wrong.text
    assert rows(OF_ALL) == rows("SELECT 1 FROM realtime_event") == []
    done = olive.submit(url, asked | {"code": ""})
    assert rows(OF_ALL) == [(founded.pia, "accepted", "office", "", "E", "")]
    assert "Gwen Park" in olive.get(done.location).text
    assert "Absences told" in olive.get(f"/people/{founded.pia}").text
    assert "Absences told" in visiting("gwen").get(f"/people/{founded.pia}").text
    assert "Absences told" not in visiting("tom").get(f"/people/{founded.pia}").text
