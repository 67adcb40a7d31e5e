"""What providers are taken, how they are spoken to, and who wakes the worker."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis

from config import Config
from school_erp.core.settings import UnsafeConfiguration, refuse_unsafe
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.queues import queue_named
from school_erp.messages.channels import providers
from school_erp.messages.channels.provider import Answer, Parcel
from school_erp.messages.channels.smtp import Smtp
from school_erp.messages.jobs import deliver, find_due_messages
from school_erp.messages.vocabulary import Outcome
from school_erp.workbench.provider.behaviour import Behaviour
from school_erp.workbench.provider.mail import MailServer
from school_erp.workbench.provider.outbox import Outbox
from tests.messages.posting import MAIL_FROM, Messages, Post
from tests.world import World

UNSAFE = [
    {"sms_url": "http://AC1:t@sms.example", "sms_from": "+1"},
    {"sms_url": "ftp://AC1:t@127.0.0.1", "sms_from": "+1"},
    {"sms_url": "https://AC1:t@sms.example"},
    {"smtp_url": "smtp+plain://mail.example", "mail_from": "a@b.example"},
    {"smtp_url": "smtp://mail.example"},
    {"sms_price": "five pence"},
    {"messages_per_second": 0},
]


@pytest.mark.parametrize("settings", UNSAFE, ids=str)
def test_a_provider_that_would_leak_what_families_read_is_refused(
    servers: Config, settings: dict[str, Any]
) -> None:
    with pytest.raises(UnsafeConfiguration):
        refuse_unsafe(replace(servers, **settings))


def test_providers_that_are_safe_are_taken(
    servers: Config, another_app: Callable[..., Flask]
) -> None:
    settings = {
        "sms_url": "https://AC1:t@api.twilio.com",
        "sms_from": "MG1",
        "smtp_url": "smtps://u:p%40@mail.example",
        "mail_from": "a@b.example",
        "sms_price": "0.05 EUR",
    }
    refuse_unsafe(replace(servers, **settings))
    with another_app(**settings).app_context():
        assert {str(channel) for channel in providers()} == {"sms", "email"}


def test_in_production_no_provider_is_told_by_the_health_page(
    another_app: Callable[..., Flask],
) -> None:
    app = another_app(environment="production", public_url="https://school.example")
    found = app.test_client().get("/health/ready").get_json()
    assert found["checks"]["providers"] == {"ok": False, "missing": ["SMS_URL", "SMTP_URL"]}
    assert found["status"] == "degraded"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that nobody has vouched for, with its key."""
    place = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(place / "key.pem"), "-out", str(place / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return place


@contextmanager
def mail_server(certificate: Path, **how: Any) -> Iterator[MailServer]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server = MailServer(Outbox(), Behaviour(), tls=tls, users={"sam": "a@b"}, **how)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _write(url: str, trusted: ssl.SSLContext | None = None) -> Answer:
    trusted = trusted or ssl.create_default_context()
    parcel = Parcel(UUID(int=1), UUID(int=2), "Été", "g@example.org", "Où", "Ça va", "<p>Ça va")
    return Smtp(url, MAIL_FROM, seconds=5, trusted=trusted).hand_over(parcel)


@pytest.mark.parametrize(("scheme", "at_once"), [("smtp", False), ("smtps", True)])
def test_mail_goes_only_by_tls_to_a_server_that_is_vouched_for_and_knows_us(
    certificate: Path, scheme: str, at_once: bool
) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with mail_server(certificate, tls_at_once=at_once) as server:
        right = f"{scheme}://sam:a%40b@{server.address}"
        assert _write(right, trusted).outcome is Outcome.ACCEPTED
        assert _write(right).outcome is Outcome.TURNED_AWAY
        wrong = _write(f"{scheme}://sam:wrong@{server.address}", trusted)
        assert (wrong.outcome, wrong.detail) == (Outcome.TURNED_AWAY, "535 not you")
        assert len(server.letters) == 1


def test_a_server_without_tls_gets_no_letter(post: Post) -> None:
    assert _write(f"smtp://{post.mail.address}").outcome is Outcome.TURNED_AWAY
    assert post.mail.letters == []


def test_upkeep_wakes_a_worker_once_for_each_school_with_something_due(
    sending: Flask, post: Post, messages: Messages, redis: Redis, elsewhere: World
) -> None:
    message_id = messages.write()
    queue = queue_named("notify", redis)
    queue.empty()
    with sending.app_context():
        for _ in range(3):
            with unit_of_work():
                find_due_messages()
        ours = [job.args for job in queue.jobs if job.args == [str(messages.world.school_id)]]
        assert len(ours) == 1
        assert [str(elsewhere.school_id)] not in [job.args for job in queue.jobs]
        queue.empty()
        deliver(str(messages.world.school_id))
    assert messages.state(message_id) == "sent"
    assert len(post.outbox.all()) == 1
