from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from tests.world import Caller, World

As = Callable[..., Caller]
BASE = "/api/v1/school/attendance"
URL = f"{BASE}/audit"


@pytest.fixture
def history(as_: As, founded: World) -> World:
    """Tom marks Pia and Paul, Ada corrects Pia and then changes a rule."""
    records = [
        {"student_id": str(founded.ids[who]), "status": "PRESENT"} for who in ("pia", "paul")
    ]
    marking = {
        "date": founded.today.isoformat(),
        "section_id": str(founded.homeroom_7a),
        "period": 1,
        "records": records,
    }
    marked = as_("tom").post(BASE, json=marking, headers={"Prefer": "wait=5"})
    assert marked.get_json()["counts"]["created"] == 2
    ada = as_("ada")
    correction = {"status": "ABSENT", "reason": "Seen in town", "base_version": 1}
    place = f"{BASE}/marks/{founded.pia}/{founded.today.isoformat()}/1"
    assert ada.patch(place, json=correction).get_json()["outcome"] == "changed"
    assert ada.patch(f"{BASE}/settings", json={"backdate_days": 2}).status_code == 200
    return founded


def items(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    answer = caller.get(URL, query_string=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_the_office_reads_who_changed_what_when_and_why_newest_first(
    as_: As, history: World
) -> None:
    rule, correction, *first = items(as_("olive"))
    assert (rule["what"], rule["before"], rule["after"]) == (
        "settings",
        {"backdate_days": 1},
        {"backdate_days": 2},
    )
    assert (correction["before"]["code"], correction["after"]["code"]) == ("P", "A")
    assert (correction["reason"], correction["actor_name"], correction["actor_role"]) == (
        "Seen in town",
        "Ada Lovelace-Brown",
        "admin",
    )
    assert (correction["student"], correction["section"]) == ("Pia Park", "7A")
    assert {each["student"] for each in first} == {"Pia Park", "Paul Pavlov"}
    assert {each["actor_role"] for each in first} == {"teacher"}


def test_an_entry_says_when_by_whose_hand_through_which_request_and_from_where(
    as_: As, founded: World
) -> None:
    tom = as_("tom")
    on_the_device = now() - dt.timedelta(minutes=3)
    said = {
        "id": str(new_id()),
        "date": founded.today.isoformat(),
        "section_id": str(founded.homeroom_7a),
        "period": 1,
        "student_id": str(founded.pia),
        "status": "LATE",
        "minutes_late": 4,
        "remarks": "bus",
        "base_version": 0,
        "marked_at": on_the_device.isoformat(),
    }
    answer = tom.post(f"{BASE}/operations", json={"operations": [said]})
    [entry] = items(as_("olive"))
    assert (entry["what"], entry["student"], entry["section"]) == ("mark", "Pia Park", "7A")
    assert (entry["date"], entry["slot"]) == (founded.today.isoformat(), 1)
    assert entry["before"] is None
    after = {"status": "LATE", "code": "L", "minutes_late": 4, "remarks": "bus"}
    assert entry["after"] | after == entry["after"]
    assert (entry["actor_id"], entry["actor_name"]) == (str(founded.tom), "Tom Tanner")
    assert (entry["actor_role"], entry["source"]) == ("teacher", "TEACHER")
    assert entry["request_id"] == answer.headers["X-Request-ID"]
    assert entry["address"] == "127.0.0.1"
    assert dt.datetime.fromisoformat(entry["device_time"]) == on_the_device
    assert on_the_device < dt.datetime.fromisoformat(entry["at"]) <= now()


def test_confirmations_imports_and_undoing_are_told_apart(
    as_: As, founded: World, owner: Any, work: Callable[[str], None]
) -> None:
    tom, olive, day = as_("tom"), as_("olive"), founded.today.isoformat()
    owner.execute("UPDATE attendance_settings SET daily_sessions = 2")
    mark = f"{BASE}/marks/{founded.pia}/{day}"
    assert olive.patch(f"{mark}/1", json={"code": "E"}).status_code == 200
    register = f"{BASE}/registers/{founded.homeroom_7a}/{day}/2"
    assert tom.get(register).get_json()["students"][0]["suggestion"] == "E"
    assert len(items(olive)) == 1, "what is suggested is not noted"
    assert tom.patch(f"{mark}/2", json={"code": "E"}).status_code == 200
    confirmed = items(olive)[0]
    assert (confirmed["before"], confirmed["after"]["code"], confirmed["slot"]) == (None, "E", 2)
    assert (confirmed["actor_name"], confirmed["source"]) == ("Tom Tanner", "TEACHER")

    sheet = {
        "data": f"date,period,student,status\n{day},1,X-paul,ABSENT\n".encode(),
        "content_type": "text/csv",
    }
    seen = olive.post(f"{BASE}/uploads", **sheet).get_json()
    asked = {"dry_run": False, "fingerprint": seen["fingerprint"]}
    job_id = olive.post(f"{BASE}/uploads", **sheet, query_string=asked).get_json()["job_id"]
    work(job_id)
    imported = items(olive)[0]
    assert (imported["student"], imported["source"]) == ("Paul Pavlov", "IMPORT")
    assert (imported["job_id"], imported["actor_name"]) == (job_id, "Olive Okafor")

    undo = olive.post(f"{BASE}/jobs/{job_id}/undo", json={"reason": "Old file"}).get_json()
    work(undo["job_id"])
    undone = items(olive)[0]
    assert (undone["before"]["code"], undone["after"]) == ("A", None)
    assert (undone["job_id"], undone["reason"]) == (undo["job_id"], "Old file")


def test_the_trail_is_narrowed_by_whom_and_what_it_concerns(as_: As, history: World) -> None:
    olive = as_("olive")
    today, tomorrow = history.today, history.today.fromordinal(history.today.toordinal() + 1)
    assert len(items(olive, student_id=history.pia)) == 2
    assert len(items(olive, student_id=history.quinn)) == 0
    assert len(items(olive, section_id=history.homeroom_7a)) == 3
    assert len(items(olive, actor_id=history.ada)) == 2
    assert len(items(olive, amendments="true")) == 2
    assert len(items(olive, what="settings")) == 1
    assert len(items(olive, to=today)) == 4
    assert len(items(olive, **{"from": today})) == 4
    assert len(items(olive, **{"from": tomorrow})) == 0
    assert len(items(olive, **{"from": today, "student_id": history.pia, "amendments": "yes"})) == 1


def test_pages_of_the_trail_meet_without_gap_or_repetition(
    as_: As, history: World, statements: list[str]
) -> None:
    olive = as_("olive")
    whole = [entry["id"] for entry in items(olive)]
    seen, cursor = [], None
    while True:
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = olive.get(URL, query_string=asked).get_json()
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole
    del statements[:]
    items(olive, limit=1)
    few = len(statements)
    del statements[:]
    items(olive, limit=200)
    assert len(statements) == few


@pytest.mark.parametrize(
    "asked",
    [
        {"student_id": "7"},
        {"from": "yesterday"},
        {"what": "money"},
        {"cursor": "nowhere"},
        {"limit": "0"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    as_: As, founded: World, asked: dict[str, str]
) -> None:
    assert as_("olive").get(URL, query_string=asked).status_code == 422


def test_the_trail_is_for_the_office_and_of_the_own_school(
    as_: As, history: World, elsewhere: World
) -> None:
    for who in ("tom", "sam", "pia", "gwen"):
        caller = as_(who)
        assert caller.get(URL).status_code == 403
        assert caller.get("/attendance/audit").status_code == 403
    assert items(as_("olive", elsewhere), student_id=history.pia) == []


def entries_of(page: str) -> str:
    return page.partition('id="results"')[2]


def test_people_pick_whom_which_class_and_who_changed_it_by_name(
    as_: As, history: World, owner: Any
) -> None:
    olive = as_("olive")

    def found(**asked: Any) -> tuple[int, str]:
        page = olive.get("/attendance/audit", query_string=asked).text
        return entries_of(page).count('<th scope="row">'), page

    assert found(whom="park")[0] == 2
    assert found(whom="pavlov paul")[0] == 1
    assert found(whom="quist")[0] == 0
    assert found(whom="park", amendments="yes")[0] == 1
    count, page = found(section_id=history.homeroom_7a, actor_id=history.tom)
    assert count == 2
    for chosen, name in ((history.homeroom_7a, "7A"), (history.tom, "Tom Tanner")):
        assert f'<option value="{chosen}" selected>{name}</option>' in page
    owner.execute("UPDATE role_grant SET ends_on = starts_on WHERE person_id = %s", [history.tom])
    count, page = found(actor_id=history.tom)
    assert count == 2
    assert f'<option value="{history.tom}" selected>Tom Tanner</option>' in page
    assert olive.get("/attendance/audit", query_string={"whom": "x" * 101}).status_code == 422


def test_the_page_shows_the_amendment_with_original_and_reason(as_: As, history: World) -> None:
    olive = as_("olive")
    page = olive.get("/attendance/audit?amendments=yes&what=&from=&to=").text
    for words in (
        "Seen in town",
        "Ada Lovelace-Brown",
        "Pia Park",
        "Administrator",
        "Teachers, days back",
    ):
        assert words in page
    assert "Tom Tanner" not in entries_of(page)
    narrowed = olive.get(f"/attendance/audit?student_id={history.paul}").text
    assert "Only about:" in narrowed
    assert "Tom Tanner" in entries_of(narrowed)
    assert "Nothing noted" in olive.get(f"/attendance/audit?student_id={history.quinn}").text


def test_the_page_leads_on_to_older_entries(as_: As, history: World) -> None:
    page = as_("olive").get("/attendance/audit?limit=1&amendments=yes").text
    assert "amendments=yes" in page.partition('rel="next"')[0].rpartition("href=")[2]
