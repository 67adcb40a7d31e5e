"""What a provider tells later, and what somebody tells who only says that they are one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from school_erp.messages.channels import callback_path
from school_erp.workbench.provider.callbacks import signed
from tests.messages.posting import Messages, Post
from tests.world import World

TOKEN = "token"
Deliver = Callable[[], None]


@dataclass
class Teller:
    app: Flask
    world: World

    def tell(
        self, message_id: UUID, status: str, sid: str = "SM1", *, signature: str = "", **more: str
    ) -> TestResponse:
        path = callback_path(self.world.school_id, message_id)
        fields = {"MessageSid": sid, "MessageStatus": status, "To": "+447700900123", **more}
        right = signed(self.app.config["BASE_URL"] + path, fields, TOKEN)
        headers = {"X-Twilio-Signature": signature or right}
        return self.app.test_client().post(path, data=fields, headers=headers)


@pytest.fixture
def provider(sending: Flask, founded: World) -> Iterator[Teller]:
    return Teller(sending, founded)


@pytest.fixture
def sent(post: Post, messages: Messages, deliver: Deliver) -> tuple[UUID, str]:
    message_id = messages.write()
    deliver()
    return message_id, post.taken().sid


def test_delivered_stays_delivered_whatever_comes_after_and_however_often(
    provider: Teller, messages: Messages, sent: tuple[UUID, str]
) -> None:
    message_id, sid = sent
    for status in ("delivered", "sent", "delivered", "undelivered", "queued", "delivered"):
        assert provider.tell(message_id, status, sid).status_code == 204
    assert messages.state(message_id) == "delivered"
    # each word once
    assert messages.history(message_id) == [
        ("send", "accepted"),
        ("callback", "delivered"),
        ("callback", "accepted"),
        ("callback", "failed"),
    ]


def test_what_is_forged_changes_nothing(
    provider: Teller, messages: Messages, sent: tuple[UUID, str], elsewhere: World
) -> None:
    message_id, sid = sent
    path = callback_path(provider.world.school_id, message_id)
    for_another = signed(f"http://127.0.0.1:8000{path}", {"MessageSid": "SM2"}, TOKEN)
    for signature in ("x", for_another, "\u2603".encode().decode("latin-1")):
        answer = provider.tell(message_id, "delivered", sid, signature=signature)
        assert answer.status_code == 403
    plain = provider.app.test_client().post(path, data={"MessageStatus": "delivered"})
    assert plain.status_code == 403
    assert messages.state(message_id) == "sent"
    assert messages.history(message_id) == [("send", "accepted")]
    # signed for a school in which the message does not exist
    provider.world = elsewhere
    assert provider.tell(message_id, "delivered", sid).status_code == 404
    assert messages.state(message_id) == "sent"


def test_without_a_provider_nobody_is_believed(
    provider: Teller, messages: Messages, sent: tuple[UUID, str]
) -> None:
    provider.app.extensions["providers"] = {}
    assert provider.tell(sent[0], "delivered", sent[1]).status_code == 403
    assert messages.state(sent[0]) == "sent"


def test_a_phone_that_is_none_is_noted_and_one_that_works_again_forgotten(
    provider: Teller, messages: Messages, sent: tuple[UUID, str], person: Callable[..., object]
) -> None:
    message_id, sid = sent
    provider.tell(message_id, "undelivered", sid, ErrorCode="30005")
    row = messages.row(message_id)
    assert (row["state"], row["reason"]) == ("failed", "bad_address")
    assert person(messages.world.gwen)["phone_bad_since"]  # type: ignore[index]
    provider.tell(message_id, "delivered", sid)
    assert messages.state(message_id) == "delivered"
    assert person(messages.world.gwen)["phone_bad_since"] is None  # type: ignore[index]


def test_a_word_of_the_provider_ends_a_doubt_and_that_of_an_older_copy_ends_nothing(
    provider: Teller, messages: Messages
) -> None:
    doubt = messages.write(state="unknown", attempts=1)
    provider.tell(doubt, "queued", "SM7")
    assert (messages.state(doubt), messages.row(doubt)["provider_id"]) == ("sent", "SM7")
    provider.tell(doubt, "failed", "SM6")
    assert messages.state(doubt) == "sent"
    assert provider.tell(doubt, "teleported", "SM7").status_code == 204
    assert messages.state(doubt) == "sent"
