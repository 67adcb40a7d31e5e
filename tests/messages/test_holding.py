"""What looks odd waits for a person, and nothing of it leaves meanwhile, in the bell neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from school_erp.core.ids import new_id
from school_erp.messages.rules.safety import (
    ClassAway,
    is_beyond_usual,
    usual_absent,
    why_hold_class,
)
from school_erp.messages.vocabulary import HoldReason
from school_erp.notifications.jobs import (
    look_at_what_waits,
    tell_held_notifications,
    tell_of_stuck_messages,
)
from tests.messages.office import School
from tests.messages.posting import Messages
from tests.world import Visitor

ABSENT, PRESENT = "ABSENT", "PRESENT"
HOLDS = "/api/v1/messages/holds"
FOUR = ("ann", "ben", "cat", "dan")


def away(absent: int, students: int, *, at_a_stroke: bool = False) -> HoldReason | None:
    day, section = dt.date(2026, 11, 20), UUID(int=1)
    return why_hold_class(ClassAway(day, 1, section, students, absent, at_a_stroke))


def test_more_than_half_of_a_class_or_all_of_it_by_one_stroke_is_odd() -> None:
    assert [away(n, 6) for n in (3, 4)] == [None, HoldReason.CLASS_MOSTLY_ABSENT]
    assert away(4, 4) is None
    assert away(3, 3, at_a_stroke=True) is HoldReason.REGISTER_LEFT_AT_DEFAULT
    assert away(2, 2, at_a_stroke=True) is None
    assert away(6, 7, at_a_stroke=True) is HoldReason.CLASS_MOSTLY_ABSENT


def test_a_school_is_odd_beyond_three_times_its_usual_and_a_small_one_never_by_a_few() -> None:
    assert usual_absent([4, 5, 6, 5, 40], 100) == 5
    assert usual_absent([4, 5], 200) == 20
    assert not is_beyond_usual(15, 5)
    assert is_beyond_usual(16, 5)
    assert not is_beyond_usual(10, 0)
    assert is_beyond_usual(11, 0)


def mark_all(office: School, names: tuple[str, ...], status: str = ABSENT, slot: int = 1) -> None:
    """All at once, as a teacher sends a class."""
    section = office.world.homeroom_7a
    body = {
        "section_id": str(section),
        "date": office.world.today.isoformat(),
        "period": slot,
        "records": [{"student_id": str(office.world.ids[n]), "status": status} for n in names],
        "reason": "seen",
    }
    answer = office.caller("olive").post(
        "/api/v1/school/attendance", json=body, headers={"Prefer": "wait=5"}
    )
    assert answer.status_code == 200, answer.text


def the_hold(office: School) -> dict[str, Any]:
    items = office.caller("olive").get(HOLDS).get_json()["items"]
    assert len(items) == 1, items
    return dict(items[0])


def decide(office: School, decision: str) -> None:
    path = f"{HOLDS}/{the_hold(office)['id']}/decision"
    answer = office.caller("olive").put(path, json={"decision": decision})
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["decision"] == decision
    again = office.caller("olive").put(path, json={"decision": "released"})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "hold_decided")


def bell(office: School, who: str) -> list[str]:
    with office.app.app_context():
        tell_held_notifications()
    items = office.caller(who).get("/api/v1/notifications").get_json()["items"]
    return [each["kind"] for each in items]


@pytest.fixture
def empty_class(office: School) -> School:
    """Of the six of 7A five are absent: Pia, whose mother signs in, and four with mothers."""
    office.admit(*FOUR)
    mark_all(office, ("pia", *FOUR[:2]))
    mark_all(office, FOUR[2:])
    office.later(16)
    office.leave()
    return office


def test_half_a_class_is_held_until_somebody_releases_it(empty_class: School) -> None:
    office = empty_class
    assert {state for _kind, state in office.messages()} == {"held"}
    hold = the_hold(office)
    assert (hold["reason"], hold["section"], hold["absent"]) == ("class", "7A", 5)
    assert (hold["students"], hold["messages"]) == (6, 5)
    assert bell(office, "gwen") == []
    assert bell(office, "olive") == ["messages_held"]
    office.mark("ann", PRESENT)
    assert the_hold(office)["messages"] == 4
    # who comes to be absent now joins it, and nothing leaves however late it is
    office.mark("paul", ABSENT)
    office.mark("ann", ABSENT)
    office.later(300)
    office.leave()
    assert the_hold(office)["messages"] == 5
    assert bell(office, "olive") == ["messages_held"]
    shown = office.caller("olive").get(f"{HOLDS}/{hold['id']}").get_json()
    assert {each["student"] for each in shown["recipients"]} >= {"Pia Park", "Ben Extra"}
    decide(office, "released")
    office.leave()
    assert {state for _kind, state in office.messages()} == {"sent"}
    assert bell(office, "gwen") == ["child_absent"]


def test_what_is_dropped_stays_dropped_and_who_comes_after_is_asked_about_anew(
    empty_class: School, audited: Callable[[], Any]
) -> None:
    office = empty_class
    decide(office, "dropped")
    office.leave()
    assert set(office.messages("state, reason")) == {("cancelled", "dropped")}
    assert bell(office, "gwen") == []
    assert audited()[-1].after["decision"] == "dropped"
    office.mark("pia", PRESENT)
    office.mark("pia", ABSENT)
    office.later(16)
    office.leave()
    assert office.messages("state, reason", "pia") == [("cancelled", "dropped")]
    assert bell(office, "gwen") == []
    office.admit("eve")
    office.mark("eve", ABSENT)
    office.later(16)
    office.leave()
    assert office.messages(child="eve") == [("absent", "held")]
    assert the_hold(office)["messages"] == 1


def test_a_class_marked_absent_by_one_stroke_is_held_as_a_slip(office: School) -> None:
    office.admit("ann")
    mark_all(office, ("pia", "paul", "ann"))
    office.later(16)
    office.leave()
    assert the_hold(office)["reason"] == "default"
    assert {state for _kind, state in office.messages()} == {"held"}
    office.mark("quinn", ABSENT)
    office.later(16)
    office.leave()
    assert office.messages(child="quinn") == [("absent", "sent")]


def test_a_school_far_beyond_its_usual_is_held_as_one(office: School) -> None:
    names = tuple(f"child{number}" for number in range(40))
    office.admit(*names)
    mark_all(office, ("paul", *names[12:]), PRESENT)
    mark_all(office, ("pia", *names[:12]))
    office.later(16)
    office.leave()
    hold = the_hold(office)
    assert (hold["reason"], hold["section_id"], hold["absent"]) == ("school", None, 13)
    decide(office, "released")
    mark_all(office, (names[13],))
    office.later(16)
    office.leave()
    assert {state for _kind, state in office.messages()} == {"sent"}


def test_looking_costs_the_same_statements_however_many_wait(
    office: School, statements: list[str]
) -> None:
    counts = []
    for many in (4, 40):
        names = tuple(f"child{many}_{number}" for number in range(many))
        office.admit(*names)
        mark_all(office, names)
        office.later(16)
        del statements[:]
        office.leave()
        counts.append(len(statements))
    # one more, to know what is usual: a class of four is no matter of the school
    assert counts[1] == counts[0] + 1, statements


def test_the_office_reads_why_what_and_to_whom_and_decides_by_one_button(
    empty_class: School, visiting: Callable[..., Visitor]
) -> None:
    olive = visiting("olive")
    assert "5 of 6 students are absent" in olive.get("/messages/held").text
    hold = the_hold(empty_class)["id"]
    page = olive.get(f"/messages/held/{hold}").text
    assert "was marked absent" in page
    assert "Ben Extra" in page
    assert visiting("tom").get("/messages/held").status_code == 403
    assert olive.submit(f"/messages/held/{hold}/release").status_code == 302
    assert olive.submit(f"/messages/held/{hold}/drop").status_code == 409
    assert "Released" in olive.get("/messages/held").text
    assert {state for _kind, state in empty_class.messages()} == {"waiting"}


def look(office: School) -> None:
    """What upkeep does, a moment after marks were made."""
    office.later(1)
    with office.app.app_context():
        look_at_what_waits()


def unread(office: School) -> list[str]:
    items = office.caller("olive").get("/api/v1/notifications").get_json()["items"]
    return [each["kind"] for each in items if not each["read_at"]]


def test_the_office_sees_a_hold_before_anything_would_leave_and_a_release_hurries_nothing(
    office: School, visiting: Callable[..., Visitor]
) -> None:
    office.admit(*FOUR)
    mark_all(office, ("pia", *FOUR[:2]))
    mark_all(office, FOUR[2:])
    due = sorted(office.messages("due_at"))
    with office.app.app_context():
        look_at_what_waits()
    assert office.caller("olive").get(HOLDS).get_json() == {"items": []}
    look(office)
    hold = the_hold(office)
    assert (hold["reason"], hold["messages"]) == ("class", 5)
    assert dt.datetime.fromisoformat(hold["due_at"]) <= due[0][0]
    assert unread(office) == ["messages_held"]
    page = visiting("olive").get(f"/messages/held/{hold['id']}").text
    assert "Nothing leaves before" in page
    assert "was marked absent" in page
    decide(office, "released")
    assert unread(office) == []
    assert sorted(office.messages("due_at")) == due
    office.leave()
    assert bell(office, "gwen") == []
    assert {state for _kind, state in office.messages()} == {"waiting"}
    office.later(15)
    office.leave()
    assert {state for _kind, state in office.messages()} == {"sent"}
    assert bell(office, "gwen") == ["child_absent"]


def test_a_hold_whose_marks_are_put_right_ends_by_itself_whenever_that_is(
    office: School, audited: Callable[[], Any]
) -> None:
    office.admit(*FOUR)
    class_ = ("pia", "paul", *FOUR)
    mark_all(office, class_)
    look(office)
    first = the_hold(office)["id"]
    # the beginning of putting it right: nobody is told of those who are still to come
    mark_all(office, class_[:1], PRESENT)
    look(office)
    assert the_hold(office)["id"] == first
    mark_all(office, class_[1:4], PRESENT)
    look(office)
    assert office.caller("olive").get(HOLDS).get_json() == {"items": []}
    assert unread(office) == []
    last = audited()[-1]
    assert (last.what, last.actor_id) == ("message", None)
    assert last.after == {"why_held": "default", "decision": "lifted"}
    office.later(15)
    office.leave()
    assert sorted(office.messages("state")) == [("cancelled",)] * 3 + [("sent",)] * 2
    mark_all(office, class_[:4])
    office.later(16)
    office.leave()
    assert the_hold(office)["id"] != first
    # too late to tell who is done with putting right from who is in the middle of it
    mark_all(office, (*class_[:3], *class_[4:]), PRESENT)
    look(office)
    assert the_hold(office)["messages"] == 1
    mark_all(office, class_[3:4], PRESENT)
    look(office)
    assert office.caller("olive").get(HOLDS).get_json() == {"items": []}


@pytest.mark.usefixtures("alone")
def test_the_office_is_told_once_a_day_of_doubts_that_last_and_of_a_budget_that_is_used_up(
    office: School, messages: Messages
) -> None:
    def told() -> list[str]:
        with office.app.app_context():
            tell_of_stuck_messages()
        return sorted(unread(office))

    sms = messages.write(state="unknown", slot=2)
    messages.line.execute(
        "INSERT INTO message_attempt (school_id, id, created_at, message_id, kind, provider) "
        "VALUES (%s, %s, %s, %s, 'send', 'sms')",
        [office.world.school_id, new_id(), _noon(office, 0), sms],
    )
    assert told() == []
    messages.line.execute("UPDATE message_attempt SET created_at = %s", [_noon(office, -20)])
    assert told() == ["messages_in_doubt"]
    messages.email(state="unknown")
    messages.write(reason="over_budget")
    assert told() == ["budget_used_up", "messages_in_doubt"]
    items = office.caller("olive").get("/api/v1/notifications").get_json()["items"]
    assert {each["address"] for each in items} == {"/messages"}
    assert office.caller("olive").put("/api/v1/notifications/read").status_code == 200
    assert told() == []
    office.later(24 * 60)
    assert told() == ["budget_used_up", "messages_in_doubt"]
    messages.line.execute("UPDATE message SET state = 'cancelled'")
    assert told() == []


def _noon(office: School, minutes: int) -> dt.datetime:
    noon = dt.datetime.combine(office.world.today, dt.time(12), dt.UTC)
    return noon + dt.timedelta(minutes=minutes)
