from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from school_erp.absences.queries.explained import explained
from school_erp.core.tenancy import acting_for
from tests.absences.conftest import URL, As, Rows, day, said
from tests.absences.test_explaining import PDF
from tests.world import Caller, World

Marked = Callable[..., None]
MARKS = "SELECT date, code, source, version FROM student_attendance ORDER BY date, student_id"
REGISTERS = "/api/v1/school/attendance/registers"


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def suggested(as_: As, world: World, days: int, who: str = "pia") -> str | None:
    address = f"{REGISTERS}/{world.homeroom_7a}/{day(world, days)}/1"
    students = told(as_("tom").get(address))["students"]
    [found] = [each for each in students if each["student_id"] == str(world.ids[who])]
    suggestion: str | None = found["suggestion"]
    return suggestion


def test_a_parents_word_turns_what_was_marked_and_prefills_what_comes(
    founded: World, as_: As, marked: Marked, rows: Rows, audited: Callable[[], list[Any]]
) -> None:
    marked(on=-2, P=["pia"], A=["paul"])
    marked(on=-1, A=["pia", "paul"])
    gwen, olive = as_("gwen"), as_("olive")
    asked = told(gwen.post(URL, json=said(founded, -2, 2, note="Fever\n& chills")), 201)
    assert (asked["state"], asked["through"], asked["asked_by"]) == ("pending", "page", "Gwen Park")
    assert suggested(as_, founded, 1) is None

    url = f"{URL}/{asked['id']}"
    accepted = told(
        olive.put(f"{url}/decision", json={"decision": "accepted", "answer": "Get well"})
    )
    assert (accepted["state"], accepted["code"]) == ("accepted", "E")
    # whoever was seen to be there stays so; an absence is excused, others' stay what they are
    assert [(each["date"], each["outcome"]) for each in accepted["outcomes"]] == [
        (day(founded, -2), "was_there"),
        (day(founded, -1), "changed"),
    ]
    codes = {(str(date), code, source) for date, code, source, _ in rows(MARKS)}
    assert codes == {
        (day(founded, -2), "P", 4),
        (day(founded, -2), "A", 4),
        (day(founded, -1), "E", 5),
        (day(founded, -1), "A", 4),
    }
    assert [suggested(as_, founded, each) for each in (0, 1, 2, 3)] == ["E", "E", "E", None]
    assert suggested(as_, founded, 1, "paul") is None
    assert told(gwen.get(url))["answer"] == "Get well"
    trail = [(each.what, (each.after or {}).get("state")) for each in audited()]
    assert trail[-3:] == [("absence", "pending"), ("mark", None), ("absence", "accepted")]

    again = olive.put(f"{url}/decision", json={"decision": "refused", "answer": "No"})
    assert told(again, 409)["error"]["code"] == "already_decided"


def test_cancelling_takes_back_what_the_request_did_and_nothing_else(
    founded: World, as_: As, marked: Marked, rows: Rows
) -> None:
    for days in (-3, -2, -1):
        marked(on=days, A=["pia"])
    olive = as_("olive")
    asked = told(as_("gwen").post(URL, json=said(founded, -3, 1)), 201)
    url = f"{URL}/{asked['id']}"
    told(olive.put(f"{url}/decision", json={"decision": "accepted"}))
    # the office looks again at one of the days
    marked(on=-2, who="olive", P=["pia"])
    refused = as_("gwen").put(f"{url}/cancellation", json={})
    assert told(refused, 409)["error"]["code"] == "ask_the_office"

    cancelled = told(olive.put(f"{url}/cancellation", json={"reason": "Misheard"}))
    assert [each["outcome"] for each in cancelled["outcomes"]] == ["changed", "kept", "changed"]
    assert [(code, source) for _, code, source, _ in rows(MARKS)] == [("A", 4), ("P", 6), ("A", 4)]
    assert suggested(as_, founded, 1) is None
    assert (
        told(olive.put(f"{url}/cancellation", json={}), 409)["error"]["code"] == "already_decided"
    )


def test_what_the_office_marked_or_locked_stays_and_the_office_sees_so(
    founded: World, as_: As, marked: Marked, rows: Rows
) -> None:
    marked(on=-2, who="olive", A=["pia"])
    marked(on=-1, A=["pia"])
    olive = as_("olive")
    told(olive.put(f"{REGISTERS}/{founded.homeroom_7a}/{day(founded, -1)}/1/lock", json={}))
    before = rows(MARKS)
    body = said(founded, -2, -1, guardian_id=str(founded.gwen))
    asked = told(olive.post(URL, json=body), 201)
    assert (asked["through"], asked["asked_by"]) == ("office", "Gwen Park")
    accepted = told(olive.put(f"{URL}/{asked['id']}/decision", json={"decision": "accepted"}))
    assert [(each["outcome"], each["message"]) for each in accepted["outcomes"]] == [
        ("kept", ""),
        ("rejected", "This register is locked."),
    ]
    assert rows(MARKS) == before


def test_a_part_of_the_day_is_expected_in_that_part_alone(
    app: Flask, founded: World, as_: As, change: Callable[..., None]
) -> None:
    change("attendance_settings", daily_sessions=2)
    olive = as_("olive")
    asked = told(as_("gwen").post(URL, json=said(founded, 1, slots=[2, 2])), 201)
    assert asked["slots"] == [2]
    told(olive.put(f"{URL}/{asked['id']}/decision", json={"decision": "accepted"}))
    assert suggested(as_, founded, 1) is None
    afternoon = f"{REGISTERS}/{founded.homeroom_7a}/{day(founded, 1)}/2"
    students = told(as_("tom").get(afternoon))["students"]
    codes = {each["student_id"]: each["suggestion"] for each in students}
    assert codes == {str(founded.pia): "E", str(founded.paul): None}
    # the whole day would say more, the same part says nothing new
    known = told(as_("gwen").post(URL, json=said(founded, 1, slots=[2])), 409)
    assert known["error"]["code"] == "already_told"
    tomorrow, both = founded.today + dt.timedelta(days=1), (founded.pia, founded.paul)
    with app.app_context(), acting_for(founded.school_id):
        assert explained(tomorrow, 2, both) == {founded.pia}
        assert explained(tomorrow, 1, both) == explained(founded.today, 2, both) == frozenset()
    told(as_("gwen").post(URL, json=said(founded, 1)), 201)
    with app.app_context(), acting_for(founded.school_id):
        assert explained(tomorrow, 1, both) == {founded.pia}


def test_parents_speak_for_their_own_children_and_read_what_they_wrote_themselves(
    founded: World, as_: As, owner: Any, count: Callable[[str], int]
) -> None:
    gil, gwen = as_("gil"), as_("gwen")
    asked = told(gwen.post(URL, json=said(founded, note="Between us", reason="family")), 201)
    url = f"{URL}/{asked['id']}"
    for answer in (
        gil.post(URL, json=said(founded)),
        gil.get(url),
        gil.get(f"{URL}?student_id={founded.pia}"),
        gil.put(f"{url}/cancellation", json={}),
        gwen.put(f"{url}/decision", json={"decision": "accepted"}),
        as_("tom").get(url),
        as_("pia").post(URL, json=said(founded)),
    ):
        assert answer.status_code == 403, answer.text
    assert told(gil.get(URL))["items"] == []
    assert count("absence_request") == 1
    # her other parent reads when she is away, not what was written to the school
    owner.execute(
        "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation) "
        "VALUES (%s, gen_random_uuid(), %s, %s, 'father')",
        [founded.school_id, founded.pia, founded.gil],
    )
    assert gwen.put(f"{url}/evidence", data=PDF).status_code == 204
    [seen] = told(gil.get(URL))["items"]
    assert (seen["starts_on"], seen["note"]) == (day(founded, 0), "")
    assert not seen["has_evidence"]
    assert gil.get(f"{url}/evidence").status_code == 403
    known = told(gwen.get(url))
    assert (known["note"], known["has_evidence"]) == ("Between us", True)
    owner.execute(
        "UPDATE guardianship SET do_not_contact = true WHERE guardian_id = %s", [founded.gil]
    )
    assert gil.get(url).status_code == 403
    assert told(gil.get(URL))["items"] == []
    assert told(gwen.put(f"{url}/cancellation", json={}))["state"] == "cancelled"


@pytest.mark.parametrize(
    ("span", "more", "field"),
    [
        ((2, 1), {}, "ends_on"),
        ((0, 60), {}, "ends_on"),
        ((-31, -31), {}, "starts_on"),
        ((400, 400), {}, "starts_on"),
        ((30, 30), {}, "starts_on"),
        ((0, 0), {"slots": [2]}, "slots"),
        ((0, 0), {"reason": "dragons"}, "reason"),
        ((0, 0), {"note": "x" * 1_001}, "note"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_stored_nowhere(
    closed_in_a_month: World, as_: As, rows: Rows, span: Any, more: Any, field: str
) -> None:
    body = said(closed_in_a_month, *span, **more)
    error = told(as_("gwen").post(URL, json=body), 422)["error"]
    assert list(error["fields"]) == [field]
    assert rows("SELECT 1 FROM absence_request") == rows("SELECT 1 FROM realtime_event") == []


@pytest.fixture
def closed_in_a_month(founded: World, owner: Any) -> World:
    owner.execute(
        "INSERT INTO calendar_day (school_id, id, date, kind) "
        "VALUES (%s, gen_random_uuid(), %s, 'closure')",
        [founded.school_id, day(founded, 30)],
    )
    return founded


def test_decisions_that_cannot_be_change_nothing(
    founded: World, as_: As, rows: Rows, marked: Marked
) -> None:
    marked(on=0, A=["pia"])
    olive = as_("olive")
    asked = told(as_("gwen").post(URL, json=said(founded)), 201)
    url = f"{URL}/{asked['id']}/decision"
    everything = (
        "SELECT r::text FROM absence_request r UNION ALL SELECT m::text FROM student_attendance m"
    )
    before = rows(everything)
    for body, field in (
        ({"decision": "refused"}, "answer"),
        ({"decision": "accepted", "code": "P"}, "code"),
        ({"decision": "accepted", "code": "ZZ"}, "code"),
        ({"decision": "pending"}, "decision"),
    ):
        assert list(told(olive.put(url, json=body), 422)["error"]["fields"]) == [field], body
    stranger = said(founded, 5, guardian_id=str(founded.gil))
    assert list(told(olive.post(URL, json=stranger), 422)["error"]["fields"]) == ["guardian_id"]
    assert rows(everything) == before
    assert rows("SELECT * FROM announced_absence") == []


def test_of_two_who_decide_at_once_the_second_is_told(
    founded: World, as_: As, marked: Marked, rows: Rows
) -> None:
    marked(on=-1, A=["pia"])
    asked = told(as_("gwen").post(URL, json=said(founded, -1)), 201)
    decisions = [
        (as_(who), body)
        for who in ("olive", "ada")
        for body in ({"decision": "accepted"}, {"decision": "refused", "answer": "No"})
    ]

    def decide(each: tuple[Caller, dict[str, str]]) -> int:
        caller, body = each
        return caller.put(f"{URL}/{asked['id']}/decision", json=body).status_code

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(decide, decisions)) == [200, 409, 409, 409]
    [(state,)] = rows("SELECT state FROM absence_request")
    [(code,)] = rows("SELECT code FROM student_attendance")
    assert (state, code) in {("accepted", "E"), ("refused", "A")}


def test_staff_and_the_parent_hear_of_it_and_nobody_hears_whom_it_is_about(
    founded: World, as_: As, rows: Rows
) -> None:
    asked = told(as_("gwen").post(URL, json=said(founded)), 201)
    body = {"decision": "refused", "answer": "She was here"}
    told(as_("olive").put(f"{URL}/{asked['id']}/decision", json=body))
    events = rows(
        "SELECT room, type, payload FROM realtime_event WHERE type LIKE 'ABSENCE%' "
        "ORDER BY room, seq"
    )
    staff, gwen = f"staff:{founded.school_id}", f"user:{founded.gwen}"
    pending = {"absence_id": asked["id"], "state": "pending"}
    refused = {"absence_id": asked["id"], "state": "refused"}
    assert events == [
        (room, *each)
        for room in (staff, gwen)
        for each in (("ABSENCE_REQUESTED", pending), ("ABSENCE_DECIDED", refused))
    ]
    [told_of] = told(as_("gwen").get("/api/v1/notifications"))["items"]
    assert told_of["sentence"].startswith("The absence of Pia Park was not accepted")
    assert told_of["address"] == f"/absences/{asked['id']}"


def test_a_list_asks_as_much_for_many_as_for_one(
    founded: World, as_: As, statements: list[str]
) -> None:
    olive = as_("olive")
    sent = []
    for number in range(1, 4):
        told(olive.post(URL, json=said(founded, number)), 201)
        olive.get(URL)
        del statements[:]
        found = told(olive.get(f"{URL}?state=pending&limit=2"))
        sent.append(len(statements))
    assert [each["starts_on"] for each in found["items"]] == [day(founded, 1), day(founded, 2)]
    following = told(olive.get(f"{URL}?state=pending&limit=2&cursor={found['next_cursor']}"))
    assert [each["starts_on"] for each in following["items"]] == [day(founded, 3)]
    assert len(set(sent)) == 1, sent
