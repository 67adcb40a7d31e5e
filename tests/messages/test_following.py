"""From a mark to a message: the right adult, once, and never for a child who is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from school_erp.core.ids import new_id
from tests.messages.office import School
from tests.world import World

ABSENT, PRESENT, LATE = "ABSENT", "PRESENT", "LATE"
Change = Callable[..., None]


def test_an_absence_waits_for_the_hold_and_is_said_to_those_who_answer_for_the_child(
    office: School, founded: World
) -> None:
    office.mark("pia", PRESENT)
    office.mark("paul", ABSENT)
    assert office.messages() == []
    office.mark("pia", ABSENT)
    [message] = office.messages("kind, state, guardian_id, channel, slot, due_at, section_id")
    noon = dt.datetime.combine(founded.today, dt.time(12, 15), dt.UTC)
    section = founded.homeroom_7a
    expected = ("absent", "waiting", founded.gwen, "sms", 1, message[5], section)
    assert message == expected
    assert abs(message[5] - noon) < dt.timedelta(minutes=1)


def test_absent_and_put_right_within_the_hold_is_no_message_and_absent_again_is_the_same_one(
    office: School,
) -> None:
    office.mark("pia", ABSENT)
    office.later(14)
    office.mark("pia", PRESENT)
    office.later(60)
    office.leave()
    assert office.messages("kind, state, reason") == [("absent", "cancelled", "corrected")]
    first = office.messages("id")
    office.mark("pia", ABSENT)
    assert office.messages("kind, state, reason") == [("absent", "waiting", None)]
    assert office.messages("id") == first
    office.leave()
    assert office.messages() == [("absent", "waiting")]
    office.later(16)
    office.leave()
    assert office.messages() == [("absent", "sent")]


def test_what_was_sent_is_corrected_once_at_most(office: School, owner: Any) -> None:
    owner.execute(
        "INSERT INTO explanation_link (school_id, id, student_id, guardian_id, date, slots, "
        "expires_at) VALUES (%s, %s, %s, %s, %s, '{1}', now() + interval '7 days')",
        [
            *(office.world.school_id, new_id(), office.world.pia, office.world.gwen),
            office.world.today,
        ],
    )
    office.mark("pia", ABSENT)
    office.later(16)
    office.leave()
    office.mark("pia", PRESENT)
    assert office.messages() == [("absent", "sent"), ("corrected", "waiting")]
    assert owner.execute("SELECT revoked_at IS NULL FROM explanation_link").fetchone() == (False,)
    office.mark("pia", ABSENT)
    assert office.messages() == [("absent", "sent"), ("corrected", "cancelled")]
    office.mark("pia", None)
    office.leave()
    sent = [("absent", "sent"), ("corrected", "sent")]
    assert office.messages() == sent
    office.mark("pia", LATE)
    assert office.messages() == sent


def test_whoever_was_told_of_a_mistake_hears_that_it_was_none_and_that_once(
    office: School,
) -> None:
    def send(status: str | None, slot: int = 1) -> list[tuple[Any, ...]]:
        office.mark("pia", status, slot)
        office.later(16)
        office.leave()
        return office.messages("kind, again, state")

    send(ABSENT)
    sent = send(PRESENT)
    assert sent == [("absent", False, "sent"), ("corrected", False, "sent")]
    office.mark("pia", ABSENT)
    assert office.messages("kind, again, state") == [*sent, ("absent", True, "waiting")]
    office.mark("pia", PRESENT)
    office.leave()
    assert office.messages("kind, again, state") == [*sent, ("absent", True, "cancelled")]
    assert send(ABSENT) == [*sent, ("absent", True, "sent")]
    all_of_it = [*sent, ("absent", True, "sent"), ("corrected", True, "sent")]
    assert send(PRESENT) == all_of_it
    # by then nobody believes messages any more, and the office rings
    for status in (ABSENT, PRESENT, ABSENT, None):
        assert send(status) == all_of_it


def test_whoever_was_told_that_a_child_has_come_hears_where_that_was_wrong(
    office: School, change: Change
) -> None:
    change("attendance_settings", daily_sessions=2, message_on_arrival=True)
    for status, slot in ((ABSENT, 1), (PRESENT, 2), (ABSENT, 2), (PRESENT, 2), (ABSENT, 2)):
        office.mark("pia", status, slot)
        office.later(16)
        office.leave()
    assert office.messages("kind, slot, again, state") == [
        ("absent", 1, False, "sent"),
        ("arrived", 2, False, "sent"),
        ("absent", 1, True, "sent"),
        ("arrived", 2, True, "sent"),
    ]


def test_each_of_a_separated_family_gets_their_own_where_they_want_it(
    office: School, founded: World, owner: Any
) -> None:
    for name in ("father", "aunt", "stranger", "nobody", "silent"):
        founded.ids[name] = new_id()
        office.add_adult(founded.ids[name], name)
    office.answer_for("pia", "father", relation="father", call_order=2)
    office.answer_for("pia", "aunt", relation="aunt", gets_messages=False)
    office.answer_for("pia", "stranger", do_not_contact=True)
    office.answer_for("pia", "nobody")
    office.answer_for("pia", "silent")
    owner.execute(
        "UPDATE person SET phone = NULL, email = NULL WHERE id = %s", [founded.ids["nobody"]]
    )
    owner.execute(
        "UPDATE person SET message_channel = 'both' WHERE id = %s", [founded.ids["father"]]
    )
    # her number is dead, and her wish for SMS cannot be met
    owner.execute(
        "UPDATE person SET message_channel = 'sms', phone_bad_since = now() WHERE id = %s",
        [founded.ids["silent"]],
    )
    office.mark("pia", ABSENT)
    names = {key: who for who, key in founded.ids.items()}
    written = {
        (names[adult], channel, place)
        for adult, channel, place in office.messages("guardian_id, channel, call_order")
    }
    assert written == {
        ("gwen", "sms", 1),
        ("father", "sms", 2),
        ("father", "email", 2),
        ("silent", "email", 1),
    }
    owner.execute("UPDATE guardianship SET do_not_contact = true WHERE relation = 'father'")
    owner.execute("UPDATE person SET email = NULL WHERE id = %s", [founded.ids["silent"]])
    office.later(16)
    office.leave()
    told = set(office.messages("guardian_id, state, reason"))
    assert told == {
        (founded.gwen, "sent", None),
        (founded.ids["father"], "cancelled", "not_wanted"),
        (founded.ids["silent"], "cancelled", "no_address"),
    }


@pytest.mark.parametrize(
    ("unwanted", "days_ago"),
    [
        ("UPDATE guardianship SET gets_messages = false", 0),
        ("UPDATE guardianship SET do_not_contact = true", 0),
        ("UPDATE attendance_settings SET notification_on_absent = false", 0),
        ("SELECT 1", 8),
    ],
)
def test_nobody_is_written_to_who_may_not_be_or_of_long_ago(
    office: School, owner: Any, unwanted: str, days_ago: int
) -> None:
    owner.execute(unwanted)
    office.mark("pia", ABSENT, days_ago=days_ago)
    assert office.messages() == []


def test_only_the_first_missed_lesson_of_a_day_is_said_and_the_next_where_that_was_wrong(
    office: School, change: Change
) -> None:
    change("attendance_settings", daily_sessions=2)
    office.mark("pia", ABSENT, slot=2)
    office.mark("pia", ABSENT, slot=1)
    assert office.messages("slot, state") == [(2, "waiting")]
    office.mark("pia", PRESENT, slot=2)
    assert office.messages("slot, state") == [(2, "cancelled"), (1, "waiting")]
    office.mark("pia", ABSENT, slot=2)
    assert office.messages("slot, state") == [(2, "cancelled"), (1, "waiting")]
    office.later(16)
    office.leave()
    office.mark("pia", PRESENT, slot=1)
    assert office.messages("slot, kind, state") == [
        (2, "absent", "waiting"),
        (1, "absent", "sent"),
        (1, "corrected", "waiting"),
    ]


def test_each_lesson_is_said_where_the_school_wants_it(office: School, change: Change) -> None:
    change("attendance_settings", daily_sessions=2, message_each_lesson=True)
    office.mark("pia", ABSENT, slot=1)
    office.mark("pia", ABSENT, slot=2)
    assert office.messages("slot, state") == [(1, "waiting"), (2, "waiting")]


def test_lateness_and_arrival_are_said_where_the_school_wants_it(
    office: School, change: Change
) -> None:
    change("attendance_settings", daily_sessions=2)
    office.mark("pia", LATE)
    assert office.messages() == []
    change("attendance_settings", message_on_late=True, message_on_arrival=True)
    office.mark("pia", PRESENT)
    office.mark("pia", LATE)
    assert office.messages("kind, state, facts ->> 'minutes_late'") == [("late", "waiting", "9")]
    office.mark("pia", PRESENT)
    assert office.messages() == [("late", "cancelled")]
    office.mark("quinn", ABSENT)
    office.mark("quinn", PRESENT, slot=2)
    assert office.messages(child="quinn") == [("absent", "waiting")]
    office.later(16)
    office.leave()
    office.mark("quinn", None, slot=2)
    office.mark("quinn", LATE, slot=2)
    said = "kind, state, slot"
    assert office.messages(said, "quinn")[:2] == [("absent", "sent", 1), ("arrived", "waiting", 2)]
    office.mark("quinn", LATE, slot=1)
    assert set(office.messages(said, "quinn")) >= {
        ("absent", "sent", 1),
        ("arrived", "waiting", 1),
        ("arrived", "waiting", 2),
    }


def explain(office: School, who: str = "gwen", child: str = "pia") -> str:
    day = office.world.today.isoformat()
    said = {
        "student_id": str(office.world.ids[child]),
        "starts_on": day,
        "ends_on": day,
        "reason": "illness",
    }
    answer = office.caller(who).post("/api/v1/absences", json=said)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def test_what_was_explained_is_not_asked_for_and_a_refusal_is_told_to_whoever_explained(
    office: School, founded: World
) -> None:
    office.mark("pia", ABSENT)
    request = explain(office)
    office.later(16)
    office.leave()
    assert office.messages("kind, reason") == [("absent", "explained")]
    office.mark("pia", PRESENT)
    office.mark("pia", ABSENT)
    assert office.messages("kind, reason") == [("absent", "explained")]
    decision = f"/api/v1/absences/{request}/decision"
    said = {"decision": "refused", "answer": "There was a test."}
    assert office.caller("olive").put(decision, json=said).status_code == 200
    [_, refused] = office.messages("kind, state, guardian_id, slot, facts ->> 'absence_id'")
    assert refused == ("refused", "waiting", founded.gwen, 0, request)


def test_an_accepted_explanation_silences_what_waits(office: School) -> None:
    office.mark("pia", ABSENT)
    decision = f"/api/v1/absences/{explain(office)}/decision"
    answer = office.caller("olive").put(decision, json={"decision": "accepted"})
    assert answer.status_code == 200, answer.text
    [(kind, state)] = office.messages()
    assert (kind, state) == ("absent", "cancelled")


def test_many_absences_take_the_statements_of_one_and_none_takes_none(
    office: School, statements: list[str]
) -> None:
    office.admit(*(f"child{number}" for number in range(30)))
    children = [f"child{number}" for number in range(30)]

    def sent(status: str, names: list[str]) -> list[str]:
        body = {
            "section_id": str(office.world.homeroom_7a),
            "date": office.world.today.isoformat(),
            "records": [{"student_id": str(office.world.ids[n]), "status": status} for n in names],
            "reason": "seen",
        }
        del statements[:]
        answer = office.caller("olive").post(
            "/api/v1/school/attendance", json=body, headers={"Prefer": "wait=5"}
        )
        assert answer.status_code == 200, answer.text
        return list(statements)

    sent(PRESENT, ["pia"])
    nobody = sent(PRESENT, children[:2])
    one = sent(ABSENT, children[:1])
    many = sent(ABSENT, children[1:])
    assert len(many) == len(one) == len(nobody) + 1
    back_one, back_many = sent(PRESENT, children[:1]), sent(PRESENT, children[1:])
    assert len(back_one) == len(back_many) == len(nobody) + 4
    assert len(office.messages()) == 30
