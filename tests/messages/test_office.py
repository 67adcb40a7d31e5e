"""The office reads what was sent and decides what nobody knows; a parent reads what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from school_erp.attendance.models import AuditEntry
from school_erp.workbench.provider.behaviour import Way
from tests.messages.posting import Messages, Post
from tests.world import Caller, Visitor, World

Deliver = Callable[[], None]
As = Callable[..., Caller]
URL = "/api/v1/messages"


@pytest.fixture
def olive(app: Flask, founded: World) -> Visitor:
    return Visitor(app, founded, "olive")


def test_the_office_reads_every_message_with_its_history(
    post: Post, messages: Messages, deliver: Deliver, as_: As
) -> None:
    post.behaviour.plan(Way.TURN_AWAY)
    message_id = messages.write(text="Pia <script> was absent.")
    deliver()
    olive = as_("olive")
    [item] = olive.get(URL).get_json()["items"]
    assert (item["state"], item["student"], item["guardian"]) == (
        "waiting",
        "Pia Park",
        "Gwen Park",
    )
    assert item["text"] == "Pia <script> was absent."
    [attempt] = olive.get(f"{URL}/{message_id}").get_json()["history"]
    assert (attempt["kind"], attempt["outcome"]) == ("send", "turned_away")
    assert "429" in attempt["detail"]


def test_a_list_is_narrowed_and_turned_in_a_constant_number_of_statements(
    messages: Messages, as_: As, statements: list[str]
) -> None:
    world, olive = messages.world, as_("olive")
    for slot in range(5):
        messages.write(slot=slot, state="sent" if slot % 2 else "cancelled")
    messages.write(student_id=world.quinn, guardian_id=world.gil, channel="email")

    def found(**query: Any) -> list[dict[str, Any]]:
        answer = olive.get(URL, query_string=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items

    assert len(found()) == 6
    assert len(found(state="sent")) == 2
    assert len(found(channel="email")) == 1
    assert len(found(student_id=world.quinn)) == len(found(guardian_id=world.gil)) == 1
    assert len(found(day=world.today.isoformat())) == 6
    assert found(day="2020-01-01") == []
    del statements[:]
    first = olive.get(URL, query_string={"limit": 1})
    for_one = len(statements)
    del statements[:]
    rest = olive.get(URL, query_string={"cursor": first.get_json()["next_cursor"]}).get_json()
    assert len(statements) == for_one
    slots = [each["slot"] for each in [*first.get_json()["items"], *rest["items"]]]
    assert len(slots) == 6
    assert olive.get(URL, query_string={"state": "lost"}).status_code == 422


def test_a_doubt_is_sent_again_by_a_person_alone_and_noted(
    post: Post,
    messages: Messages,
    deliver: Deliver,
    olive: Visitor,
    audited: Callable[[], list[AuditEntry]],
) -> None:
    post.behaviour.plan(Way.BREAK_AFTER)
    message_id = messages.email()
    deliver()
    page = olive.get("/messages").text
    assert "In doubt" in page
    assert "Pia was absent today." in page
    assert olive.submit(f"/messages/{message_id}/retry", {"next": "/messages"}).status_code == 302
    # a second press, or one in another tab
    assert olive.submit(f"/messages/{message_id}/retry").status_code == 409
    deliver()
    assert messages.state(message_id) == "sent"
    assert len(post.outbox.all()) == 2
    [entry] = [each for each in audited() if each.what == "message"]
    assert (entry.before or {})["state"] == "unknown"
    assert entry.actor_name == "Olive Okafor"


def test_a_doubt_that_is_settled_by_hand_is_not_sent(
    post: Post, messages: Messages, deliver: Deliver, as_: As
) -> None:
    message_id, olive = messages.write(state="unknown"), as_("olive")
    answer = olive.put(f"{URL}/{message_id}/settlement")
    assert answer.get_json()["state"] == "cancelled"
    assert olive.put(f"{URL}/{message_id}/retry").get_json()["error"]["code"] == (
        "message_not_in_doubt"
    )
    messages.hurry()
    deliver()
    assert post.texts() == []


def test_one_that_failed_goes_to_the_number_there_is_by_now(
    post: Post, messages: Messages, deliver: Deliver, as_: As
) -> None:
    post.behaviour.plan(Way.REFUSE_NUMBER)
    message_id = messages.write()
    deliver()
    ada = as_("ada")
    ada.patch(f"/api/v1/people/{messages.world.gwen}", json={"phone": "+447700900777"})
    assert ada.put(f"{URL}/{message_id}/retry").status_code == 200
    deliver()
    assert post.taken().to == "+447700900777"
    assert messages.state(message_id) == "sent"


def test_another_schools_message_does_not_exist(
    messages: Messages, as_: As, app: Flask, elsewhere: World
) -> None:
    message_id = messages.write(state="unknown")
    stranger = Caller(app, elsewhere, "ada")
    for answer in (
        stranger.get(f"{URL}/{message_id}"),
        stranger.put(f"{URL}/{message_id}/retry"),
        stranger.put(f"{URL}/{message_id}/settlement"),
        as_("ada").get(f"{URL}/{uuid4()}"),
    ):
        assert answer.status_code == 404
    assert messages.state(message_id) == "unknown"


def test_a_parent_reads_what_reached_them_and_no_more(
    app: Flask, messages: Messages, change: Callable[..., None]
) -> None:
    messages.write(state="sent", sent_at=messages.world.today, text="One <b> https://x.example/e")
    messages.write(slot=2, state="waiting", text="Two")
    messages.write(
        slot=3,
        state="sent",
        sent_at=messages.world.today,
        text="Three",
        guardian_id=messages.world.gil,
    )
    gwen = Visitor(app, messages.world, "gwen")
    page = gwen.get("/messages/mine").text
    assert "One &lt;b&gt;" in page
    assert 'href="https://x.example/e"' in page
    assert "Two" not in page
    assert "Three" not in page
    change("guardianship", do_not_contact=True)
    assert "One" not in gwen.get("/messages/mine").text


def test_a_parent_chooses_how_to_be_written_to(
    app: Flask, messages: Messages, person: Callable[[UUID], dict[str, Any]]
) -> None:
    gwen = Visitor(app, messages.world, "gwen")
    wishes = {"language": "ar", "message_channel": "email"}
    assert gwen.submit("/messages/mine/wishes", wishes).status_code == 302
    told = person(messages.world.gwen)
    assert (told["language"], told["message_channel"]) == ("ar", "email")
    assert gwen.submit("/messages/mine/wishes", {"language": "xx"}).status_code == 422
    assert person(messages.world.gwen)["language"] == "ar"
    blank = {"language": "", "message_channel": ""}
    assert gwen.submit("/messages/mine/wishes", blank).status_code == 302
    assert person(messages.world.gwen)["language"] is None
    assert (
        Visitor(app, messages.world, "tom").submit("/messages/mine/wishes", wishes).status_code
        == 403
    )


def test_the_office_sees_a_day_a_person_and_what_waits_for_money(
    messages: Messages, olive: Visitor, deliver: Deliver, change: Callable[..., None], app: Flask
) -> None:
    change("attendance_settings", message_budget=1)
    messages.write(segments=1)
    message_id = messages.write(slot=2, segments=3)
    deliver()
    app.config["SMS_PRICE"] = "0.05 EUR"
    page = olive.get("/messages").text
    app.config["SMS_PRICE"] = ""
    assert "1 SMS waits for money" in page
    assert "€0.05" in page
    assert "Its text is made when it leaves." not in olive.get(f"/messages/{message_id}").text
    assert "All messages" in olive.get(f"/people/{messages.world.gwen}").text
    assert "All messages" in olive.get(f"/people/{messages.world.pia}").text


def test_where_no_provider_is_set_up_messages_wait_and_the_office_is_told(
    messages: Messages, olive: Visitor, deliver: Deliver, sending: Flask
) -> None:
    sending.extensions["providers"] = {}
    message_id = messages.write()
    deliver()
    assert messages.state(message_id) == "waiting"
    assert "Nothing leaves by this way: SMS" in olive.get("/messages").text
