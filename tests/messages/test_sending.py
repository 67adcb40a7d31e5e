from __future__ import annotations

import datetime as dt
import email
import email.policy
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from psycopg.types.json import Jsonb

from school_erp.core.clock import now
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.messages.actions.claiming import begin, claim
from school_erp.messages.channels import providers
from school_erp.messages.delivering import deliver_due
from school_erp.messages.rules.outcomes import PAUSES
from school_erp.workbench.provider.behaviour import Way
from tests.messages.posting import MAIL_FROM, SMS_FROM, Messages, Post
from tests.world import Caller, World

Deliver = Callable[[], None]
Change = Callable[..., None]
Read = Callable[[Any], dict[str, Any]]


def test_an_sms_that_is_due_leaves_once_and_one_that_is_not_stays(
    post: Post, messages: Messages, deliver: Deliver, world: World
) -> None:
    due = messages.write()
    messages.write(slot=2, due_at=world.today.replace(year=world.today.year + 1))
    messages.write(slot=3, state="cancelled")
    deliver()
    deliver()
    kept = post.taken()
    assert (kept.to, kept.sender, kept.text) == ("+447700900123", SMS_FROM, "Pia was absent today.")
    row = messages.row(due)
    assert (row["state"], row["provider_id"], row["attempts"]) == ("sent", kept.sid, 1)
    assert row["sent_at"]
    assert row["lease_owner"] is None
    assert messages.history(due) == [("send", "accepted")]


def test_an_email_carries_the_text_twice_and_the_id_of_its_message(
    post: Post, messages: Messages, deliver: Deliver
) -> None:
    due = messages.email(text="Pia <b> was absent.\nÇa va: https://school.example/explain/x")
    deliver()
    assert messages.state(due) == "sent"
    read = email.message_from_bytes(post.mail.letters[0], policy=email.policy.default)
    assert read["To"] == "gwen@example.org"
    assert MAIL_FROM in read["From"]
    assert "Windmill Lane School" in read["From"]
    assert read["Message-ID"] == f"<{due}@windmill.example>"
    plain, html = (read.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "Pia <b> was absent.\r\nÇa va" in plain
    assert "Pia &lt;b&gt; was absent." in html


# what the provider does; what then stands; how often it took the message in the end
WAYS = [
    (Way.TURN_AWAY, "waiting", "turned_away", 1),
    (Way.REFUSE_NUMBER, "failed", "bad_address", 0),
    (Way.REFUSE_TEXT, "failed", "failed", 0),
    (Way.BREAK_AFTER, "unknown", "unknown", 1),
    (Way.ERROR_AFTER, "unknown", "unknown", 1),
    (Way.HANG_AFTER, "unknown", "unknown", 1),
    (Way.LATE, "unknown", "unknown", 1),
    (Way.BREAK_BEFORE, "unknown", "unknown", 1),
    (Way.ERROR_BEFORE, "unknown", "unknown", 1),
]


@pytest.mark.parametrize(("way", "state", "outcome", "times"), WAYS)
def test_whatever_an_sms_provider_does_nothing_is_sent_twice(
    post: Post,
    messages: Messages,
    deliver: Deliver,
    way: Way,
    state: str,
    outcome: str,
    times: int,
) -> None:
    post.behaviour.plan(way)
    due = messages.write()
    deliver()
    assert messages.state(due) == state
    assert messages.history(due) == [("send", outcome)]
    # one that answers late has ended by the time that counts
    _until(lambda: way is not Way.LATE or len(post.outbox.all()) == 1)
    for _ in range(3):
        messages.age()
        deliver()
    assert len(post.outbox.all()) == times
    assert messages.state(due) in ({"sent", "delivered"} if times else {"failed"})


def test_what_is_not_on_the_list_yet_is_not_sent_again_so_soon(
    post: Post, messages: Messages, deliver: Deliver
) -> None:
    # long enough to be asked meanwhile, on however busy a machine
    post.behaviour.hang_seconds = 3
    post.behaviour.plan(Way.LATE)
    due = messages.write()
    deliver()
    messages.hurry()
    deliver()
    assert messages.history(due) == [("send", "unknown"), ("lookup", "unknown")]
    _until(lambda: len(post.outbox.all()) == 1)
    messages.hurry()
    deliver()
    assert messages.state(due) in {"sent", "delivered"}
    assert len(post.outbox.all()) == 1


def test_another_message_to_the_same_number_is_not_taken_for_it(
    post: Post, messages: Messages, deliver: Deliver
) -> None:
    first = messages.write(slot=2)
    deliver()
    post.behaviour.plan(Way.BREAK_BEFORE)
    second = messages.write()
    deliver()
    messages.age()
    deliver()
    assert messages.state(second) == "sent"
    assert messages.row(first)["provider_id"] != messages.row(second)["provider_id"]
    assert len(post.outbox.all()) == 2


def test_where_a_stranger_wrote_to_the_number_nothing_is_concluded(
    post: Post, messages: Messages, deliver: Deliver
) -> None:
    """Perhaps it is ours, and the provider changed its text."""
    post.behaviour.plan(Way.BREAK_BEFORE)
    due = messages.write()
    deliver()
    post.outbox.take("sms", SMS_FROM, "+447700900123", "Pia was absent today. Powered by Texts")
    for _ in range(8):
        messages.age()
        deliver()
    row = messages.row(due)
    assert (row["state"], row["due_at"].year) == ("unknown", 9999)
    assert len(messages.history(due)) == 1 + 5
    assert len(post.outbox.all()) == 1


MAIL_WAYS = [
    (Way.TURN_AWAY, "waiting", 0),
    (Way.BREAK_BEFORE, "waiting", 0),
    (Way.REFUSE_NUMBER, "failed", 0),
    (Way.REFUSE_TEXT, "failed", 0),
    (Way.BREAK_AFTER, "unknown", 1),
    (Way.HANG_AFTER, "unknown", 1),
]


@pytest.mark.parametrize(("way", "state", "times"), MAIL_WAYS)
def test_an_email_that_may_have_left_waits_for_a_person(
    post: Post, messages: Messages, deliver: Deliver, way: Way, state: str, times: int
) -> None:
    post.behaviour.plan(way)
    due = messages.email()
    deliver()
    assert messages.state(due) == state
    for _ in range(2):
        messages.age()
        deliver()
    assert messages.state(due) == ("sent" if state == "waiting" else state)
    assert len(post.outbox.all()) == times + (state == "waiting")


def test_nobody_there_is_no_doubt_and_after_six_tries_it_has_failed(
    post: Post, messages: Messages, deliver: Deliver
) -> None:
    post.provider.shutdown()
    post.provider.server_close()
    post.mail.shutdown()
    post.mail.server_close()
    due = [messages.write(), messages.email()]
    for _ in range(len(PAUSES) + 2):
        deliver()
        messages.hurry()
    for each in due:
        row = messages.row(each)
        assert (row["state"], row["reason"], row["attempts"]) == ("failed", "turned_away", 6)
        assert messages.history(each) == [("send", "turned_away")] * 6


def test_a_number_that_is_none_is_remembered_until_there_is_another(
    post: Post, messages: Messages, deliver: Deliver, person: Read, as_: Callable[..., Caller]
) -> None:
    post.behaviour.plan(Way.REFUSE_NUMBER, Way.REFUSE_NUMBER)
    messages.write()
    messages.email()
    deliver()
    gwen = messages.world.gwen
    assert person(gwen)["phone_bad_since"]
    assert person(gwen)["email_bad_since"]
    answer = as_("ada").patch(f"/api/v1/people/{gwen}", json={"phone": "+447700900777"})
    assert answer.status_code == 200
    assert person(gwen)["phone_bad_since"] is None
    assert person(gwen)["email_bad_since"]


def test_a_worker_that_died_leaves_a_doubt_only_where_it_had_begun(
    sending: Flask, post: Post, messages: Messages, deliver: Deliver, world: World
) -> None:
    begun, claimed = messages.write(), messages.write(slot=2, text="Two")
    with sending.app_context(), acting_for(world.school_id):
        with unit_of_work():
            assert len(claim("somebody", providers().keys(), now()) or []) == 2
        with unit_of_work():
            assert begin(begun, "somebody", "sms")
    deliver()
    assert post.texts() == []
    messages.hurry()
    deliver()
    assert messages.history(begun)[0] == ("send", "unknown")
    assert post.texts() == ["Two"]
    assert messages.state(claimed) == "sent"
    messages.age()
    deliver()
    assert post.texts() == ["Pia was absent today.", "Two"]


def test_whoever_lost_a_message_does_not_send_it(
    sending: Flask, messages: Messages, deliver: Deliver, world: World
) -> None:
    due = messages.write()
    with sending.app_context(), acting_for(world.school_id), unit_of_work():
        claim("the slow one", providers().keys(), now())
    messages.hurry()
    deliver()
    assert messages.state(due) == "sent"
    with sending.app_context(), acting_for(world.school_id), unit_of_work():
        assert begin(due, "the slow one", "sms") is None


def test_several_workers_share_the_messages_and_send_none_twice(
    sending: Flask, post: Post, messages: Messages, world: World
) -> None:
    for number in range(60):
        messages.write(slot=number, text=f"Message {number}")

    def work() -> None:
        with sending.app_context():
            deliver_due(world.school_id)

    crew = [Thread(target=work) for _ in range(4)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert post.texts() == sorted(f"Message {number}" for number in range(60))


def test_the_budget_of_a_day_holds_and_what_is_left_leaves_once_it_is_raised(
    post: Post, messages: Messages, deliver: Deliver, change: Change
) -> None:
    change("attendance_settings", message_budget=5)
    first = [messages.write(slot=slot, segments=2) for slot in range(4)]
    by_mail = messages.email()
    deliver()
    deliver()
    states = [messages.state(each) for each in first]
    assert sorted(states) == ["sent", "sent", "waiting", "waiting"]
    assert messages.state(by_mail) == "sent"
    left = [each for each in first if messages.state(each) == "waiting"]
    assert {messages.row(each)["reason"] for each in left} == {"over_budget"}
    change("attendance_settings", message_budget=6)
    messages.hurry()
    deliver()
    assert sorted(messages.state(each) for each in left) == ["sent", "waiting"]


def test_who_is_called_first_hears_first_and_is_paid_for_first(
    post: Post, messages: Messages, deliver: Deliver, change: Change
) -> None:
    change("attendance_settings", message_budget=2)
    moment = now() - dt.timedelta(seconds=1)
    last, first, second = (
        messages.write(slot=slot, call_order=place, text=f"To number {place}", due_at=moment)
        for slot, place in ((1, 3), (2, 1), (3, 2))
    )
    deliver()
    newest_first = [each.text for each in post.outbox.all()]
    assert newest_first == ["To number 2", "To number 1"]
    assert [messages.state(each) for each in (first, second, last)] == ["sent", "sent", "waiting"]


def test_an_absence_is_not_told_a_day_late_for_want_of_money(
    post: Post, messages: Messages, deliver: Deliver, change: Change, world: World
) -> None:
    change("attendance_settings", message_budget=0)
    due = messages.write(date=world.today.replace(year=world.today.year - 1))
    deliver()
    assert (messages.state(due), messages.row(due)["reason"]) == ("failed", "over_budget")
    assert post.texts() == []


def test_one_that_cannot_be_written_fails_and_keeps_nobody_else(
    post: Post, messages: Messages, deliver: Deliver
) -> None:
    """As from facts that a newer process writes otherwise."""
    broken = messages.write(kind="late", text=None, facts=Jsonb(["minutes"]))
    messages.mark("LATE", "L")
    fine = messages.write(slot=2)
    deliver()
    assert (messages.state(broken), messages.row(broken)["reason"]) == ("failed", "unwritable")
    assert messages.state(fine) == "sent"


def test_it_sends_no_faster_than_it_was_told(
    sending: Flask, messages: Messages, deliver: Deliver
) -> None:
    sending.config["MESSAGES_PER_SECOND"] = 10
    for slot in range(6):
        messages.write(slot=slot)
    began = time.monotonic()
    deliver()
    assert time.monotonic() - began >= 0.5


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_what_fell_due_since_all_was_looked_at_waits_for_the_next_look(
    sending: Flask, messages: Messages, world: World
) -> None:
    due = messages.write()
    with sending.app_context(), acting_for(world.school_id), unit_of_work():
        before = now() - dt.timedelta(hours=1)
        assert claim("somebody", providers().keys(), before) is None
    assert messages.state(due) == "waiting"
