"""The office keeps a day of staff on its page, and staff note themselves, without a script."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.attendance.pages.conftest import Sheet
from tests.world import TIMEZONE, Caller, Visitor, World

Visiting = Callable[..., Visitor]
Stored = Callable[[], dict[str, tuple[Any, ...]]]
PAGE = "/attendance/staff"
API = "/api/v1/school/attendance"
STAFF = ("ada", "olive", "tom", "tara", "cora", "sam")


def sheet(visitor: Visitor, address: str = PAGE) -> Sheet:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.status
    return Sheet.read(answer.text)


def send(visitor: Visitor, filled: Sheet, address: str = PAGE, **more: str) -> Any:
    return visitor.submit(address, {**filled.fields, "intent": "save", **more})


@pytest.fixture
def stored(owner: psycopg.Connection[Any], founded: World) -> Stored:
    """What stands of each: code, when they came and left by the school's clock, the remark."""

    def read() -> dict[str, tuple[Any, ...]]:
        names = {founded.ids[who]: who for who in STAFF}
        rows = owner.execute(
            "SELECT person_id, code, checked_in_at, checked_out_at, remarks "
            "FROM staff_attendance ORDER BY date"
        ).fetchall()
        found = {names[person]: rest for person, *rest in rows}
        return {
            who: (code, clock(came), clock(left), remark)
            for who, (code, came, left, remark) in found.items()
        }

    def clock(at: dt.datetime | None) -> str | None:
        return at.astimezone(ZoneInfo(TIMEZONE)).strftime("%H:%M") if at else None

    return read


def test_the_office_notes_who_came_when_and_the_rest_as_present(
    visiting: Visiting, founded: World, stored: Stored
) -> None:
    olive = visiting("olive")
    filled = sheet(olive).typed(founded.sam, code="L", came="00:00", remark="flat\r\ntyre")
    filled = filled.typed(founded.tara, code="A")
    assert send(olive, filled, intent="all-present").status_code == 302
    found = stored()
    assert found["sam"] == ("L", "00:00", None, "flat\ntyre")
    assert found["tara"] == ("A", None, None, "")
    assert {found[who][0] for who in ("ada", "olive", "tom", "cora")} == {"P"}
    page = olive.get(PAGE).text
    assert "6 marks saved." in page
    assert "4 present, 1 absent, 1 late" in page


def test_only_what_was_touched_is_sent_so_a_check_in_meanwhile_is_kept(
    visiting: Visiting, as_: Callable[..., Caller], founded: World, stored: Stored
) -> None:
    olive, ada = visiting("olive"), as_("ada")
    ada.patch(
        f"{API}/settings",
        json={"staff_check_in_themselves": True, "staff_day_starts_at": "23:59"},
    )
    before = sheet(olive)
    as_("tom").post(f"{API}/staff/check-in", json={})
    came = stored()["tom"][1]
    assert send(olive, before).status_code == 302
    assert stored()["tom"][:2] == ("P", came)
    stale = send(olive, before.typed(founded.tom, code="A"))
    assert stale.status_code == 422
    assert "Somebody changed this while you were at it." in stale.text
    fresh = Sheet.read(stale.text).typed(founded.tom, code="E", remark="left sick")
    assert send(olive, fresh).status_code == 302
    assert stored()["tom"] == ("E", came, None, "left sick")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"came": "00:00"}, "Give a status or a code."),
        ({"code": "P", "came": "25:00"}, "This is not a time of day."),
        ({"code": "P", "left": "00:00"}, "Give the time of arrival too."),
        ({"code": "A", "came": "00:00"}, "Somebody who was absent has no times."),
        ({"code": "??"}, "Your school has no such code on this day."),
        ({"code": "P", "remark": "x" * 501}, "At most 500 characters."),
        ({"code": "P", "version": "first"}, "This is not a whole number."),
    ],
)
def test_a_row_that_cannot_be_right_comes_back_as_typed_and_harms_no_other(
    visiting: Visiting, founded: World, stored: Stored, said: dict[str, str], sentence: str
) -> None:
    olive = visiting("olive")
    filled = sheet(olive).typed(founded.sam, **said).typed(founded.tom, code="P")
    answer = send(olive, filled)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Not everything could be saved." in answer.text
    assert Sheet.read(answer.text).fields[f"came-{founded.sam}"] == said.get("came", "")
    assert list(stored()) == ["tom"]


def test_an_earlier_day_asks_for_a_reason_and_a_closed_one_for_nothing(
    visiting: Visiting, founded: World, stored: Stored, owner: psycopg.Connection[Any]
) -> None:
    olive, yesterday = visiting("olive"), founded.today - dt.timedelta(days=1)
    address = f"{PAGE}?on={yesterday.isoformat()}"
    assert send(olive, sheet(olive, address).typed(founded.sam, code="P"), address).location
    silent = send(olive, sheet(olive, address).typed(founded.sam, code="A"), address)
    assert "This was marked on an earlier day; say why you change it." in silent.text
    assert stored()["sam"][0] == "P"
    again = Sheet.read(silent.text)
    assert send(olive, again, address, reason="mixed up").status_code == 302
    assert stored()["sam"][0] == "A"
    owner.execute(
        "INSERT INTO calendar_day (school_id, id, date, kind) "
        "VALUES (%s, gen_random_uuid(), %s, 'closure')",
        [founded.school_id, founded.today],
    )
    closed = olive.get(PAGE).text
    assert "The school is closed on this day." in closed
    assert 'value="all-present"' not in closed


def test_a_search_narrows_the_rows_and_saves_only_those(
    visiting: Visiting, founded: World, stored: Stored
) -> None:
    olive = visiting("olive")
    address = f"{PAGE}?q=STONE"
    found = sheet(olive, address)
    assert [name for name in found.fields if name.startswith("version-")] == [
        f"version-{founded.sam}"
    ]
    assert send(olive, found, address, intent="all-present").location.endswith("q=STONE")
    assert stored() == {"sam": ("P", None, None, "")}
    assert "Nobody is called that" in olive.get(f"{PAGE}?q=nemo").text
    assert olive.get(f"{PAGE}?on=soon").status_code == 422


def test_a_teacher_checks_in_and_out_on_her_own_page(
    visiting: Visiting, as_: Callable[..., Caller], founded: World, stored: Stored
) -> None:
    tara = visiting("tara")
    assert "The office notes who is there." in tara.get(f"{PAGE}/me").text
    tara.submit(f"{PAGE}/me/check-in")
    assert "staff do not check in themselves" in tara.get(f"{PAGE}/me").text
    as_("ada").patch(
        f"{API}/settings",
        json={"staff_check_in_themselves": True, "staff_day_starts_at": "23:59"},
    )
    assert "Not checked in yet." in tara.get(f"{PAGE}/me").text
    assert tara.submit(f"{PAGE}/me/check-in").location == f"{PAGE}/me"
    page = tara.get(f"{PAGE}/me").text
    assert "You are checked in." in page
    assert "In since" in page
    tara.submit(f"{PAGE}/me/check-out")
    assert "out at" in tara.get(f"{PAGE}/me").text
    assert stored()["tara"][0] == "P"
    assert tara.get(PAGE).status_code == 403
    assert tara.get(f"{PAGE}/{founded.tom}").status_code == 403
    assert tara.get(f"{PAGE}/{founded.tara}").status_code == 200
    month = (founded.today.replace(day=1) - dt.timedelta(days=1)).isoformat()
    assert tara.get(f"{PAGE}/me?from={month}&to={month}").status_code == 200


def test_somebody_the_office_knows_to_be_away_is_told_so(
    visiting: Visiting, as_: Callable[..., Caller], founded: World, stored: Stored
) -> None:
    as_("ada").patch(f"{API}/settings", json={"staff_check_in_themselves": True})
    said = {"person_id": str(founded.sam), "status": "EXCUSED"}
    day = founded.today.isoformat()
    as_("olive").post(f"{API}/staff", json={"date": day, "records": [said]})
    sam = visiting("sam")
    sam.submit(f"{PAGE}/me/check-out")
    assert "You have not checked in today." in sam.get(f"{PAGE}/me").text
    sam.submit(f"{PAGE}/me/check-in")
    assert "The office noted that you are away today." in sam.get(f"{PAGE}/me").text
    assert stored()["sam"] == ("E", None, None, "")


def test_the_report_and_its_file_tell_the_same_and_no_cell_is_a_formula(
    visiting: Visiting, as_: Callable[..., Caller], founded: World
) -> None:
    day = founded.today - dt.timedelta(days=1)
    records = [
        {"person_id": str(founded.sam), "status": "PRESENT", "remarks": "=1+1",
         "checked_in_at": f"{day}T08:00:00Z", "checked_out_at": f"{day}T16:30:00Z"},
        {"person_id": str(founded.tom), "status": "ABSENT"},
    ]  # fmt: skip
    olive, client = visiting("olive"), as_("olive")
    asked = {"from": day.isoformat(), "to": day.isoformat()}
    said = {"date": day.isoformat(), "records": records}
    assert client.post(f"{API}/staff", json=said).status_code == 200
    page = olive.get(f"{PAGE}/report", query_string=asked).text
    assert "8.5" in page
    person = olive.get(f"{PAGE}/{founded.sam}", query_string=asked).text
    assert "100.0%" in person
    file = olive.get(f"{API}/staff/export.csv", query_string=asked)
    lines = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [(line["name"], line["status"], line["hours"], line["remarks"]) for line in lines] == [
        ("Sam Stone", "PRESENT", "8.50", "'=1+1"),
        ("Tom Tanner", "ABSENT", "", ""),
    ]
    assert as_("tom").get(f"{API}/staff/export.csv").status_code == 403


def test_the_page_of_a_day_asks_as_much_for_many_as_for_few(
    visiting: Visiting, founded: World, owner: psycopg.Connection[Any], statements: list[str]
) -> None:
    olive, sent = visiting("olive"), []
    olive.get(PAGE)
    for more in (0, 60):
        owner.execute(
            """WITH people AS (
                 INSERT INTO person (school_id, id, given_name, family_name, search_words)
                 SELECT %(school)s, gen_random_uuid(), 'Helper', 'Number ' || n, ''
                 FROM generate_series(1, %(more)s) n
                 RETURNING id)
               INSERT INTO role_grant (school_id, id, person_id, role, starts_on)
               SELECT %(school)s, gen_random_uuid(), id, 'staff', %(day)s FROM people""",
            {"school": founded.school_id, "day": founded.today, "more": more},
        )
        del statements[:]
        filled = sheet(olive)
        assert send(olive, filled, intent="all-present").status_code == 302
        sent.append(len(statements))
    assert sent[0] == sent[1]


def test_a_persons_page_tells_the_office_and_themselves_of_their_month(
    visiting: Visiting, as_: Callable[..., Caller], founded: World
) -> None:
    said = {"person_id": str(founded.tom), "status": "LATE"}
    day = founded.today.isoformat()
    as_("olive").post(f"{API}/staff", json={"date": day, "records": [said]})
    for who in ("olive", "tom"):
        page = visiting(who).get(f"/people/{founded.tom}").text
        assert "Today late." in page
        assert "1 time late" in page
        assert f"{PAGE}/{founded.tom}" in page
    assert "At work" not in visiting("tara").get(f"/people/{founded.tom}").text
    assert "At work" not in visiting("olive").get(f"/people/{founded.pia}").text
