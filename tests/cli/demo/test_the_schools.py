from __future__ import annotations

from collections import Counter

import pytest
from flask.testing import FlaskClient

from school_erp.cli.demo.seeding import TIMEZONE
from school_erp.core.clock import today_in
from school_erp.people.relations import RELATIONS
from tests.cli.demo.conftest import LESSONS_ON, Demo


def test_every_role_has_people_who_can_sign_in(stored: Demo, client: FlaskClient) -> None:
    for slug in ("riverside", "hillcrest"):
        people = stored.told[slug]["people"]
        roles = Counter(person["role"] for person in people)
        assert roles >= Counter(
            {"admin": 1, "officer": 1, "teacher": 2, "staff": 1, "student": 2, "guardian": 2}
        )
        for person in people:
            assert len(person["password"]) >= 10
            answer = client.post(
                "/api/v1/auth/login",
                json={"school": slug, "login": person["login"], "password": person["password"]},
            )
            assert answer.status_code == 200
            me = answer.get_json()["person"]
            assert (me["name"], me["roles"]) == (person["name"], [person["role"]])


def test_a_school_has_its_classes_and_every_student_a_guardian(stored: Demo) -> None:
    for slug in ("riverside", "hillcrest"):
        assert stored.number(slug, "SELECT count(*) FROM role_grant WHERE role = 'student'") == 300
        homerooms = stored.rows(
            slug,
            """SELECT s.id, count(*) FILTER (WHERE e.role = 'student') AS students,
                      count(*) FILTER (WHERE e.role = 'teacher') AS teachers
               FROM section s JOIN enrolment e ON e.section_id = s.id
               WHERE s.kind = 'homeroom' GROUP BY s.id""",
        )
        assert len(homerooms) == 12
        assert all(20 <= room["students"] <= 30 and room["teachers"] for room in homerooms)
        assert (
            stored.number(
                slug,
                """SELECT count(*) FROM role_grant r WHERE role = 'student' AND NOT EXISTS
                   (SELECT FROM guardianship g WHERE g.student_id = r.person_id)""",
            )
            == 0
        )


def test_families_are_of_many_kinds(stored: Demo) -> None:
    ties = stored.rows("riverside", "SELECT * FROM guardianship")
    children_of = Counter(tie["guardian_id"] for tie in ties)
    guardians_of = Counter(tie["student_id"] for tie in ties)
    assert {1, 2, 3} <= set(children_of.values())
    assert {1, 2, 3} <= set(guardians_of.values())
    assert any(tie["do_not_contact"] for tie in ties)
    assert not any(tie["do_not_contact"] and tie["gets_messages"] for tie in ties)
    assert any(not tie["lives_with"] and tie["gets_messages"] for tie in ties)
    relations = {tie["relation"] for tie in ties}
    assert len(relations) >= 6
    assert relations <= set(RELATIONS)


def test_names_come_from_all_over(stored: Demo) -> None:
    people = stored.rows("riverside", "SELECT * FROM person")
    names = [f"{person['given_name']} {person['family_name']}" for person in people]
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)
    assert any(person["given_name"] == "" for person in people)
    assert any("é" in name or "ł" in name for name in names)
    assert max(map(len, names)) > 25
    assert len(set(names)) > len(names) * 0.8
    assert all((person["email"] or "@example.org").endswith("@example.org") for person in people)
    assert all((person["phone"] or "+447700900").startswith("+447700900") for person in people)


@pytest.mark.parametrize("weekday", [1, 6])
@pytest.mark.parametrize("week", ["a", "b"])
@pytest.mark.parametrize("slug", ["riverside", "hillcrest"])
def test_no_teacher_class_or_room_is_in_two_lessons_at_once(
    stored: Demo, slug: str, week: str, weekday: int
) -> None:
    day = today_in(TIMEZONE)
    lessons = stored.rows(slug, LESSONS_ON, {"weekday": weekday, "week": week, "day": day})
    assert len(lessons) >= 12 * 5
    homerooms = [row["name"] for row in lessons if row["kind"] == "homeroom"]
    for what in ("teacher", "room"):
        assert max(Counter((row["slot"], row[what]) for row in lessons).values()) == 1
    of_whom = Counter(
        (row["slot"], next(room for room in homerooms if row["name"].startswith(room)))
        for row in lessons
    )
    assert max(of_whom.values()) == 1


def test_a_history_of_marks_ends_with_a_morning_partly_taken(stored: Demo) -> None:
    today = today_in(TIMEZONE)
    for slug, days, codes in (
        ("riverside", 70, {"/", "\\", "I", "N", "L", "M", "V"}),
        ("hillcrest", 13, {*"PEAL"}),
    ):
        assert stored.number(slug, "SELECT count(DISTINCT date) FROM student_attendance") >= days
        here = """SELECT 100 * count(*) FILTER (WHERE status IN ('PRESENT', 'LATE')) / count(*)
                  FROM student_attendance"""
        assert 93 <= stored.number(slug, here) <= 97
        used = stored.rows(slug, "SELECT DISTINCT code FROM student_attendance")
        assert {row["code"] for row in used} == codes
        taken = "SELECT count(*) FROM register WHERE date = %s AND state = 'submitted'"
        assert 3 <= stored.number(slug, taken, today) <= 30
        unmarked = """
            SELECT count(*) FROM register r WHERE state = 'submitted' AND date < %s
            AND NOT EXISTS (SELECT FROM student_attendance m
                            WHERE (m.section_id, m.date, m.slot)
                                  = (r.section_id, r.date, r.slot))"""
        assert stored.number(slug, unmarked, today) == 0


def test_staff_have_days_behind_them_and_today_most_have_come(stored: Demo) -> None:
    for slug in ("riverside", "hillcrest"):
        days = stored.rows(
            slug,
            """SELECT date, count(*) AS people, count(checked_in_at) AS came,
                      count(checked_out_at) AS gone,
                      count(*) FILTER (WHERE status = 'LATE') AS late,
                      count(*) FILTER (WHERE checked_in_at IS NULL AND source = 3) AS odd
               FROM staff_attendance GROUP BY date ORDER BY date""",
        )
        today, before = days[-1], days[:-1]
        assert today["date"] == today_in(TIMEZONE)
        assert today["came"] > 0
        assert today["gone"] == 0
        assert len(before) >= 10
        assert all(0 < day["came"] == day["gone"] <= day["people"] for day in before)
        assert sum(day["late"] for day in days) > 0
        assert sum(day["odd"] for day in days) == 0


def test_families_have_told_of_absences_and_registers_expect_some(stored: Demo) -> None:
    for slug in stored.told:
        told = stored.rows(slug, "SELECT state, count(*) AS n FROM absence_request GROUP BY 1")
        assert {row["state"]: row["n"] for row in told} == {
            "pending": 3,
            "accepted": 2,
            "refused": 1,
            "cancelled": 1,
        }
        own = stored.rows(
            slug,
            "SELECT 1 FROM absence_request r JOIN account a USING (school_id) "
            "WHERE a.person_id = r.asked_by AND r.state = 'pending'",
        )
        assert own
        assert len(stored.rows(slug, "SELECT * FROM announced_absence")) == 2


def test_families_have_been_written_to_and_rung_and_one_class_waits_for_somebody(
    stored: Demo,
) -> None:
    for slug in ("riverside", "hillcrest"):
        assert stored.number(slug, "SELECT count(*) FROM message_hold WHERE decision IS NULL") == 1
        states = {row["state"] for row in stored.rows(slug, "SELECT state FROM message")}
        assert states >= {"held", "unknown"}
        assert stored.number(slug, "SELECT count(*) FROM call_attempt") > 0
        assert stored.number(slug, "SELECT count(*) FROM escalation") > 0
        texts = stored.rows(slug, "SELECT text FROM message WHERE state = 'unknown'")
        assert "was marked absent" in texts[0]["text"]


def test_the_office_has_left_a_trail_and_a_job(stored: Demo) -> None:
    for slug in ("riverside", "hillcrest"):
        trail = stored.rows(slug, "SELECT what, reason, actor_role FROM attendance_audit_log")
        assert {row["what"] for row in trail} == {"mark", "settings", "call"}
        assert all(row["reason"] or row["what"] == "call" for row in trail)
        assert {row["actor_role"] for row in trail} == {"officer"}
        jobs = stored.rows(slug, "SELECT state, total, counts FROM job ORDER BY created_at")
        assert len(jobs) == 2
        for job in jobs:
            assert (job["state"], sum(job["counts"].values())) == ("done", job["total"])
        assert jobs[0]["counts"]["changed"] > 10
