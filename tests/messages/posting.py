from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from psycopg.rows import dict_row

from config import Config
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.messages.channels import callback_path
from school_erp.messages.channels.sms import SmsApi
from school_erp.messages.channels.smtp import Smtp
from school_erp.messages.delivering import deliver_due
from school_erp.messages.vocabulary import Channel
from school_erp.workbench.provider.behaviour import Behaviour
from school_erp.workbench.provider.mail import MailServer
from school_erp.workbench.provider.outbox import Kept, Outbox
from school_erp.workbench.provider.web import Provider
from tests.world import World

SMS_FROM, MAIL_FROM = "+447700900000", "office@windmill.example"
HANGS = 0.6


@dataclass
class Post:
    """The provider that stands in for the world, and what reached it."""

    provider: Provider
    mail: MailServer
    outbox: Outbox
    behaviour: Behaviour

    def texts(self) -> list[str]:
        return sorted(each.text for each in self.outbox.all())

    def taken(self) -> Kept:
        [kept] = self.outbox.all()
        return kept


@pytest.fixture
def post() -> Iterator[Post]:
    outbox, behaviour = Outbox(), Behaviour(hang_seconds=HANGS)
    servers = Provider(outbox, behaviour), MailServer(outbox, behaviour)
    for server in servers:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Post(*servers, outbox, behaviour)
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def sending(app: Flask, post: Post) -> Iterator[Flask]:
    """The application with that provider for both channels, patient for a moment only."""
    sms = SmsApi(
        post.provider.url,
        SMS_FROM,
        lambda parcel: f"http://127.0.0.1:9{callback_path(parcel.school_id, parcel.message_id)}",
        seconds=HANGS / 2,
    )
    mail = Smtp(f"smtp+plain://{post.mail.address}", MAIL_FROM, seconds=HANGS / 2)
    before, pace = app.extensions["providers"], app.config["MESSAGES_PER_SECOND"]
    app.extensions["providers"] = {Channel.SMS: sms, Channel.EMAIL: mail}
    app.config["MESSAGES_PER_SECOND"] = 1_000
    yield app
    app.extensions["providers"] = before
    app.config["MESSAGES_PER_SECOND"] = pace


@pytest.fixture
def deliver(sending: Flask, founded: World) -> Callable[[], None]:
    """What a worker does with the school's messages."""

    def run() -> None:
        with sending.app_context():
            deliver_due(founded.school_id)

    return run


@dataclass
class Messages:
    """The school's rows, as its database has them."""

    line: psycopg.Connection[Any]
    world: World

    def write(self, **columns: Any) -> UUID:
        """One that is due, and ready to leave."""
        world, message_id = self.world, new_id()
        row = {
            "school_id": world.school_id,
            "id": message_id,
            "kind": "refused",
            "student_id": world.pia,
            "date": world.today,
            "slot": 1,
            "guardian_id": world.gwen,
            "channel": "sms",
            "due_at": now() - dt.timedelta(seconds=1),
            "text": "Pia was absent today.",
            "address": "+447700900123",
            "segments": 1,
            "subject": "Absence",
            "language": "en",
            **columns,
        }
        names = ", ".join(row)
        marks = ", ".join(["%s"] * len(row))
        self.line.execute(f"INSERT INTO message ({names}) VALUES ({marks})", list(row.values()))  # type: ignore[arg-type]  # noqa: S608
        return message_id

    def email(self, **columns: Any) -> UUID:
        return self.write(channel="email", address="gwen@example.org", segments=None, **columns)

    def mark(self, status: str, code: str, slot: int = 1) -> None:
        """What Pia's register of today says."""
        world = self.world
        self.line.execute(
            "INSERT INTO student_attendance (school_id, student_id, date, slot, section_id, status,"
            " code, source, marked_at) VALUES (%s, %s, %s, %s, %s, %s, %s, 6, now())",
            [world.school_id, world.pia, world.today, slot, world.homeroom_7a, status, code],
        )

    def row(self, message_id: UUID) -> dict[str, Any]:
        found = self._rows("SELECT * FROM message WHERE id = %s", message_id)
        return found[0]

    def state(self, message_id: UUID) -> str:
        return str(self.row(message_id)["state"])

    def history(self, message_id: UUID) -> list[tuple[str, str | None]]:
        query = "SELECT kind, outcome FROM message_attempt WHERE message_id = %s ORDER BY id"
        return [(row["kind"], row["outcome"]) for row in self._rows(query, message_id)]

    def hurry(self) -> None:
        """Time passes: whatever waits for it is due, and leases have run out."""
        self.line.execute(
            "UPDATE message SET due_at = now() - interval '1 second',"
            " lease_until = lease_until - interval '1 hour'"
            " WHERE state IN ('waiting', 'sending', 'unknown') AND due_at < '9000-01-01'"
        )

    def age(self) -> None:
        """So long ago that a provider has certainly ended what it was at."""
        self.line.execute(
            "UPDATE message_attempt SET created_at = created_at - interval '20 minutes'"
        )
        self.hurry()

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with self.line.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def messages(owner: psycopg.Connection[Any], founded: World) -> Messages:
    return Messages(owner, founded)


@pytest.fixture
def person(owner: psycopg.Connection[Any], servers: Config) -> Callable[[UUID], dict[str, Any]]:
    def read(person_id: UUID) -> dict[str, Any]:
        with owner.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute("SELECT * FROM person WHERE id = %s", [person_id]).fetchone()
        assert found is not None
        return found

    return read
