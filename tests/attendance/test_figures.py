"""Figures over HTTP: of a student, a class and the school, and who may read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from tests.attendance.history import remember
from tests.attendance.pages.conftest import grow
from tests.world import Caller, World

As = Callable[..., Caller]
Change = Callable[..., None]
BASE = "/api/v1/school/attendance"


def of_student(caller: Caller, who: str, **asked: Any) -> dict[str, Any]:
    path = f"{BASE}/students/{caller.world.ids[who]}/summary"
    answer = caller.get(path, query_string=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_student_reads_figures_with_the_marks_behind_each(
    as_: As, founded: World, owner: Any
) -> None:
    remember(owner, founded, founded.pia, "PPLPPAPPEP")
    found = of_student(as_("pia"), "pia")
    year_began = founded.today - dt.timedelta(days=90)
    assert (found["name"], found["from"], found["to"]) == (
        "Pia Park",
        year_began.isoformat(),
        founded.today.isoformat(),
    )
    assert found["figures"] == {
        "possible": 10,
        "attended": 8,
        "missed": 2,
        "attendance_percentage": 80.0,
        "absence_percentage": 20.0,
        "present": 8,
        "approved_activity": 0,
        "authorised": 1,
        "unauthorised": 1,
        "not_possible": 0,
        "not_counted": 0,
        "late": 1,
        "late_and_missed": 0,
        "minutes_late": 7,
        "standing": "persistent",
    }
    absent = (founded.today - dt.timedelta(days=4)).isoformat()
    assert found["marks"]["unauthorised"] == [
        {
            "date": absent,
            "slot": 1,
            "section_id": str(founded.homeroom_7a),
            "code": "A",
            "label": "Absent",
            "status": "ABSENT",
            "minutes_late": None,
        }
    ]
    assert [mark["code"] for mark in found["marks"]["authorised"]] == ["E"]
    assert len(found["marks"]["present"]) == 8
    assert {**found["days"], "values": len(found["days"]["values"])} == {
        "rule": None,
        "possible": 10,
        "attended": 8.0,
        "attendance_percentage": 80.0,
        "values": 10,
    }
    assert found["days"]["values"][5] == {"date": absent, "value": 0.0, "slots": [1]}


def test_exactly_ninety_per_cent_is_persistent_and_a_visit_earlier_is_not(
    as_: As, founded: World, owner: Any
) -> None:
    remember(owner, founded, founded.pia, "PPPPPAPPPP")
    pia = as_("pia")
    assert of_student(pia, "pia")["figures"]["standing"] == "persistent"
    one_less = (founded.today - dt.timedelta(days=1)).isoformat()
    shorter = of_student(pia, "pia", to=one_less)["figures"]
    assert (shorter["possible"], shorter["standing"]) == (9, "too_few")
    yesterday = of_student(pia, "pia", **{"from": one_less, "to": one_less})
    assert yesterday["figures"]["attendance_percentage"] == 100.0


def test_who_has_no_marks_has_no_percentage(as_: As, founded: World) -> None:
    found = of_student(as_("quinn"), "quinn")
    assert found["figures"]["attendance_percentage"] is None
    assert found["figures"]["standing"] == "too_few"
    assert found["days"]["attendance_percentage"] is None


def test_lessons_become_days_by_the_rule_the_school_chose(
    as_: As, founded: World, owner: Any, change: Change
) -> None:
    for slot, codes in ((1, "PAA"), (2, "APA")):
        remember(owner, founded, founded.pia, codes, founded.maths_7a, slot)
    change("attendance_settings", attendance_mode="PERIOD", daily_rule="first_lesson")
    pia = as_("pia")

    def values() -> list[tuple[float, list[int]]]:
        days = of_student(pia, "pia")["days"]["values"]
        return [(day["value"], day["slots"]) for day in days]

    assert values() == [(1.0, [1]), (0.0, [1]), (0.0, [1])]
    change("attendance_settings", daily_rule="minutes")
    assert values() == [(0.5, [1, 2]), (0.5, [1, 2]), (0.0, [1, 2])]
    change("attendance_settings", daily_rule="best_in_window")
    assert values() == [(1.0, [1]), (0.0, [1]), (0.0, [1])]
    assert of_student(pia, "pia")["figures"]["possible"] == 6


def test_marks_keep_the_meaning_their_code_had_on_their_day(
    as_: As, founded: World, owner: Any
) -> None:
    remember(owner, founded, founded.pia, "E ")
    ada = as_("ada")
    codes = ada.get(f"{BASE}/codes").get_json()["items"]
    excused = next(code for code in codes if code["code"] == "E")
    meaning = {"statistical_class": "not_possible", "starts_on": founded.today.isoformat()}
    changed = ada.patch(f"{BASE}/codes/{excused['id']}", json=meaning)
    assert changed.status_code == 200, changed.text
    remember(owner, founded, founded.pia, "E")
    figures = of_student(ada, "pia")["figures"]
    assert (figures["authorised"], figures["not_possible"]) == (1, 1)


def test_a_class_is_told_as_a_whole_and_student_by_student(
    as_: As, founded: World, owner: Any
) -> None:
    remember(owner, founded, founded.pia, "PPPPPPPPPP")
    remember(owner, founded, founded.paul, "PAPAPAPAPA")
    remember(owner, founded, founded.quinn, "AAAAA", founded.homeroom_7b)
    answer = as_("tom").get(f"{BASE}/sections/{founded.homeroom_7a}/summary").get_json()
    assert (answer["name"], answer["grade"]) == ("7A", "7")
    assert (answer["figures"]["possible"], answer["figures"]["attendance_percentage"]) == (20, 75.0)
    told = [(it["name"], it["figures"]["standing"]) for it in answer["students"]]
    assert told == [("Pia Park", "good"), ("Paul Pavlov", "severe")]


def test_a_students_figures_are_for_those_who_answer_for_the_student(
    as_: As, founded: World
) -> None:
    expected = {
        200: "olive-pia tom-pia cora-pia pia-pia gwen-pia",
        403: "tara-pia sam-pia paul-pia gil-pia",
        404: "tom-tara olive-tom gwen-gwen",
    }
    callers: dict[str, Caller] = {}
    for status, pairs in expected.items():
        for who, whose in (pair.split("-") for pair in pairs.split()):
            caller = callers.setdefault(who, as_(who))
            answer = caller.get(f"{BASE}/students/{founded.ids[whose]}/summary")
            assert answer.status_code == status, f"{who}, {whose}"


def test_a_guardian_who_may_not_be_contacted_reads_no_figures(
    as_: As, founded: World, change: Change
) -> None:
    change("guardianship", do_not_contact=True)
    answer = as_("gwen").get(f"{BASE}/students/{founded.pia}/summary")
    assert answer.status_code == 403


def test_days_that_are_none_are_told_by_name(as_: As, founded: World) -> None:
    olive = as_("olive")
    paths = [f"students/{founded.pia}", f"sections/{founded.homeroom_7a}"]
    wrong: list[tuple[dict[str, str], str]] = [
        ({"from": "2026-13-01"}, "from"),
        ({"to": "yesterday"}, "to"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "to"),
    ]
    for path in paths:
        for asked, field in wrong:
            answer = olive.get(f"{BASE}/{path}/summary", query_string=asked)
            assert answer.status_code == 422, asked
            assert list(answer.get_json()["error"]["fields"]) == [field]
    years = {"from": "2024-01-01", "to": "2026-01-01"}
    of_student(olive, "pia", **years)
    answer = olive.get(f"{BASE}/{paths[1]}/summary", query_string=years)
    assert answer.status_code == 422
    assert "At most 400 days." in answer.text


def test_figures_cost_the_same_statements_however_many_marks_and_students(
    as_: As, founded: World, owner: Any, statements: list[str]
) -> None:
    paths = (
        f"{BASE}/students/{founded.pia}/summary",
        f"{BASE}/sections/{founded.homeroom_7a}/summary",
    )
    tom = as_("tom")

    def spent(path: str) -> int:
        del statements[:]
        assert tom.get(path).status_code == 200
        return len(statements)

    tom.get(paths[0])
    before = [spent(path) for path in paths]
    remember(owner, founded, founded.pia, "P" * 60)
    grow(owner, founded, 20)
    added = owner.execute("SELECT id FROM person WHERE given_name = 'Pupil'").fetchall()
    for (student,) in added:
        remember(owner, founded, student, "PPAPP")
    assert [spent(path) for path in paths] == before
    assert max(before) <= 12, statements
