from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.absences.conftest import As, Rows, said
from tests.world import Caller, Visitor, World, found_world

URL = "/api/v1/calls"
ALL = "SELECT student_id, guardian_id, outcome, note, caller_name FROM call_attempt ORDER BY id"
Marked = Callable[..., None]
Link = Callable[..., None]


@pytest.fixture
def link(founded: World, owner: psycopg.Connection[Any]) -> Link:
    """`link("paul", "gwen", call_order=2)`: Gwen answers for Paul too."""

    def add(child: str, adult: str, **more: Any) -> None:
        row = {"relation": "mother", "call_order": 1, "gets_messages": True} | more
        owner.execute(
            f"INSERT INTO guardianship (school_id, id, student_id, guardian_id, {', '.join(row)})"  # noqa: S608
            f" VALUES (%s, gen_random_uuid(), %s, %s, {', '.join(['%s'] * len(row))})",
            [founded.school_id, founded.ids[child], founded.ids[adult], *row.values()],
        )

    return add


def listed(caller: Caller) -> list[dict[str, Any]]:
    answer = caller.get(f"{URL}/list")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def names(caller: Caller) -> list[str]:
    return [line["name"] for line in listed(caller)]


def call(world: World, child: str, adult: str, outcome: str, **more: Any) -> dict[str, Any]:
    ids = {"student_id": str(world.ids[child]), "guardian_id": str(world.ids[adult])}
    return {**ids, "outcome": outcome, **more}


def test_absent_children_are_listed_until_somebody_says_why_or_they_come(
    as_: As, founded: World, marked: Marked
) -> None:
    olive = as_("olive")
    assert names(olive) == []
    marked(A=["pia"], P=["paul"])
    marked(A=["paul"], on=-1)
    [line] = listed(olive)
    assert (line["name"], line["homeroom"], line["slots"]) == ("Pia Park", "7A", [1])
    assert (line["turn"], line["ring"]) == ("due", str(founded.gwen))
    assert [each["name"] for each in line["contacts"]] == ["Gwen Park"]
    marked(L=["pia"])
    assert names(olive) == []
    marked(A=["pia", "paul"])
    assert names(olive) == ["Pia Park", "Paul Pavlov"]
    told = as_("gwen").post("/api/v1/absences", json=said(founded))
    assert told.status_code == 201
    assert names(olive) == ["Paul Pavlov"]


def test_who_came_in_the_afternoon_is_no_longer_rung_for(
    as_: As, founded: World, marked: Marked, change: Callable[..., None]
) -> None:
    change("attendance_settings", daily_sessions=2)
    marked(A=["pia", "paul"])
    body = {"date": founded.today.isoformat(), "section_id": str(founded.homeroom_7a), "period": 2}
    records = [
        {"student_id": str(founded.pia), "code": "P"},
        {"student_id": str(founded.paul), "code": "A"},
    ]
    answer = as_("olive").post(
        "/api/v1/school/attendance",
        json=body | {"records": records},
        headers={"Prefer": "wait=5"},
    )
    assert answer.status_code == 200, answer.text
    [paul] = listed(as_("olive"))
    assert (paul["name"], paul["slots"]) == ("Paul Pavlov", [1, 2])
    assert paul["turn"] == "nobody"


def test_only_adults_whom_the_school_may_ring_are_offered(
    as_: As, founded: World, marked: Marked, link: Link, rows: Rows
) -> None:
    link("pia", "gil", relation="father", do_not_contact=True)
    link("pia", "sam", relation="relative", gets_messages=False)
    link("pia", "cora", relation="grandparent", call_order=2)
    marked(A=["pia"])
    olive = as_("olive")
    [line] = listed(olive)
    assert [each["name"] for each in line["contacts"]] == ["Gwen Park", "Cora Cole"]
    for wrong in ("gil", "sam", "tom"):
        refused = olive.post(URL, json=call(founded, "pia", wrong, "aware"))
        assert refused.status_code == 422
        assert "guardian_id" in refused.json["error"]["fields"]
    unheard = olive.post(URL, json=call(founded, "pia", "gwen", "asleep"))
    assert unheard.status_code == 422
    here = olive.post(URL, json=call(founded, "quinn", "gil", "aware"))
    assert here.json["error"]["code"] == "not_absent"
    assert rows(ALL) == rows("SELECT 1 FROM attendance_audit_log WHERE what = 'call'") == []


def test_calls_lead_from_one_adult_to_the_next_until_somebody_knows(
    as_: As, founded: World, marked: Marked, link: Link, rows: Rows
) -> None:
    link("pia", "cora", relation="grandparent", call_order=2)
    marked(A=["pia"])
    olive = as_("olive")

    def ring(adult: str, outcome: str) -> dict[str, Any]:
        note = f"{adult}: <b>{outcome}</b>"
        made = olive.post(URL, json=call(founded, "pia", adult, outcome, note=note))
        assert made.status_code == 201, made.text
        [line] = listed(olive)
        return line

    line = ring("gwen", "wrong_number")
    assert (line["turn"], line["ring"]) == ("due", str(founded.cora))
    assert [each["may_be_rung"] for each in line["contacts"]] == [False, True]
    # the number is known to be wrong for everybody, until it changes
    bad = "SELECT id FROM person WHERE phone_bad_since IS NOT NULL"
    assert rows(bad) == [(founded.gwen,)]
    line = ring("cora", "left_message")
    assert line["turn"] in {"waiting", "over"}
    olive.patch(f"/api/v1/people/{founded.gwen}", json={"phone": "+447700900456"})
    assert rows(bad) == []
    line = ring("gwen", "unaware")
    assert line["turn"] == "unaware"
    line = ring("gwen", "aware")
    assert (line["turn"], line["next_at"]) == ("settled", None)

    history = olive.get(f"{URL}?student_id={founded.pia}").json["items"]
    assert [each["outcome"] for each in history] == [
        *("aware", "unaware", "left_message", "wrong_number")
    ]
    assert (history[0]["guardian"], history[0]["called_by"]) == ("Gwen Park", "Olive Okafor")
    trail = rows("SELECT after ->> 'outcome' FROM attendance_audit_log WHERE what = 'call'")
    assert sorted(trail) == sorted((each["outcome"],) for each in history)


def test_one_call_is_about_brothers_and_sisters_whom_the_adult_answers_for(
    as_: As, founded: World, marked: Marked, link: Link, rows: Rows
) -> None:
    link("paul", "gwen")
    link("paul", "cora", call_order=2)
    marked(A=["pia", "paul"])
    olive = as_("olive")
    olive.post(URL, json=call(founded, "paul", "gwen", "no_answer", with_siblings=True))
    assert {row[0] for row in rows(ALL)} == {founded.pia, founded.paul}
    turns = {line["name"]: line["turn"] for line in listed(olive)}
    # Paul's grandmother is left to ring, and nobody else for Pia
    assert turns["Paul Pavlov"] == "due"
    assert turns["Pia Park"] in {"waiting", "over"}
    olive.post(URL, json=call(founded, "paul", "cora", "aware", with_siblings=True))
    assert rows(ALL)[2:] == [(founded.paul, founded.cora, "aware", "", "Olive Okafor")]


def test_nobody_rings_a_family_while_somebody_else_does(
    as_: As, founded: World, marked: Marked, link: Link, change: Callable[..., None], rows: Rows
) -> None:
    link("paul", "gwen")
    marked(A=["pia", "paul"])
    olive, ada = as_("olive"), as_("ada")
    assert olive.put(f"{URL}/claims/{founded.pia}").status_code == 200
    assert {line["claim"]["by"] for line in listed(ada)} == {"Olive Okafor"}
    for child in (founded.pia, founded.paul):
        refused = ada.put(f"{URL}/claims/{child}")
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "being_called")
    assert olive.put(f"{URL}/claims/{founded.paul}").status_code == 200
    # what came of a call is noted whoever made it
    assert ada.post(URL, json=call(founded, "pia", "gwen", "no_answer")).status_code == 201
    assert len(rows("SELECT 1 FROM call_claim")) == 2
    assert olive.delete(f"{URL}/claims/{founded.pia}").status_code == 204
    assert ada.put(f"{URL}/claims/{founded.pia}").status_code == 200
    change("call_claim", until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert olive.put(f"{URL}/claims/{founded.pia}").status_code == 200
    olive.post(URL, json=call(founded, "pia", "gwen", "left_message"))
    assert [line["claim"] for line in listed(olive)] == [None, None]


def test_some_children_are_rung_for_first_and_only_the_office_knows(
    as_: As, visiting: Callable[..., Visitor], founded: World, marked: Marked, rows: Rows
) -> None:
    marked(A=["pia", "paul"])
    olive = visiting("olive")
    assert names(as_("olive")) == ["Pia Park", "Paul Pavlov"]
    olive.submit(f"/calling/{founded.paul}/first", {"first": "yes"})
    olive.submit(f"/calling/{founded.paul}/first", {"first": "yes"})
    assert names(as_("olive")) == ["Paul Pavlov", "Pia Park"]
    assert "Rung about before others" in olive.get(f"/people/{founded.paul}").text
    tom = visiting("tom").get(f"/people/{founded.paul}").text
    assert "before others" not in tom
    for who in ("tom", "gwen", "pia"):
        assert as_(who).get(f"{URL}/list").status_code == 403
        assert as_(who).put(f"{URL}/first/{founded.pia}").status_code == 403
    trail = rows("SELECT student_id, before, after FROM attendance_audit_log WHERE what = 'call'")
    assert trail == [(founded.paul, {"called_first": False}, {"called_first": True})]
    assert as_("olive").delete(f"{URL}/first/{founded.paul}").json["called_first"] is False
    assert rows("SELECT 1 FROM called_first") == []


def test_of_two_who_ring_at_the_same_moment_one_is_told_to_let_it_be(
    as_: As, founded: World, marked: Marked, link: Link, rows: Rows
) -> None:
    link("paul", "gwen")
    marked(A=["pia", "paul"])
    children = {as_("olive"): founded.pia, as_("ada"): founded.paul}

    def ring(caller: Caller) -> int:
        return caller.put(f"{URL}/claims/{children[caller]}").status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(ring, children)) == [200, 409]
    assert len(rows("SELECT DISTINCT caller_name FROM call_claim")) == 1
    assert len(rows("SELECT 1 FROM call_claim")) == 2


def test_another_schools_children_do_not_exist_here(
    as_: As, founded: World, servers: Any, rows: Rows
) -> None:
    elsewhere, olive = found_world(servers), as_("olive")
    for answer in (
        olive.put(f"{URL}/claims/{elsewhere.pia}"),
        olive.get(f"{URL}?student_id={elsewhere.pia}"),
        olive.post(URL, json=call(elsewhere, "pia", "gwen", "aware")),
    ):
        assert answer.status_code == 404
    assert rows(ALL) == []


def test_the_list_takes_as_many_statements_for_two_children_as_for_one(
    as_: As, founded: World, marked: Marked, link: Link, statements: list[str]
) -> None:
    olive = as_("olive")
    marked(A=["pia"])

    def asked() -> int:
        names(olive)
        del statements[:]
        names(olive)
        return len(statements)

    one = asked()
    link("paul", "gil")
    marked(A=["paul"])
    olive.post(URL, json=call(founded, "pia", "gwen", "no_answer"))
    assert asked() == one


def test_the_page_leads_from_the_list_to_the_call_to_what_was_said(
    visiting: Callable[..., Visitor], founded: World, marked: Marked, rows: Rows
) -> None:
    olive = visiting("olive")
    assert "Nobody to ring" in olive.get("/calling").text
    marked(A=["pia"])
    home = " ".join(olive.get("/").text.split())
    assert (
        '<span class="tile-figure">1</span> <span class="tile-label">Absent without a word' in home
    )
    page = olive.get("/calling").text
    assert 'href="tel:+447700900123"' in page
    url = f"/calling/{founded.pia}"
    assert olive.submit(f"{url}/claim").location == url
    held = visiting("ada")
    assert "Olive Okafor is ringing" in held.get("/calling").text
    refused = held.submit(f"{url}/claim")
    assert "just ringing this family" in held.get(refused.location).text
    assert "I am not ringing after all" in olive.get(url).text
    unsaid = olive.submit(url, {"guardian_id": str(founded.gwen)})
    assert unsaid.status_code == 422
    typed = {"guardian_id": str(founded.gwen), "note": "<script>x</script>"}
    assert olive.submit(url, typed | {"outcome": "no_answer"}).location == "/calling"
    assert "<script>x" not in olive.get("/calling").text + olive.get(url).text
    done = olive.submit(url, typed | {"outcome": "aware"})
    assert done.location.startswith(f"/absences/by-phone/{founded.pia}?guardian_id=")
    assert f'value="{founded.gwen}" selected' in olive.get(done.location).text
    assert "Enter what they said" in olive.get("/calling").text
    assert [row[2] for row in rows(ALL)] == ["no_answer", "aware"]
    assert UUID(str(rows(ALL)[0][0])) == founded.pia


def test_the_list_hears_of_marks_and_calls(
    as_: As, founded: World, marked: Marked, rows: Rows
) -> None:
    told = "SELECT payload FROM realtime_event WHERE type = 'CALLS_CHANGED'"
    marked(P=["pia", "paul"])
    assert rows(told) == []
    marked(A=["pia"])
    assert rows(told) == [({"date": founded.today.isoformat()},)]
    as_("olive").post(URL, json=call(founded, "pia", "gwen", "no_answer"))
    assert len(rows(told)) == 2
