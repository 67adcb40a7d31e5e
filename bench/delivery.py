"""Is any parent written to twice, and is every doubt listed, whatever dies or misbehaves?

`python -m bench.delivery [POINTS KILLS]` (200 and 100) has servers of its own. First a provider
breaks off, hangs, fails, answers late, repeats itself or is killed -9, once at each point, while
six messages are handed to it. Then workers of `notify` (all that `worker.py` does,
forked where it was imported already) are killed -9, once at each point, at a random moment after
they took messages. That leases run out, and that a provider has
had time enough, is made so by the clock of the rows; nothing else is helped along.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from redis import Redis
from werkzeug.serving import make_server

from bench._crew import Crew, crew
from bench._notifiers import LONGEST, QUEUE, ask_to_deliver, named, wait_for_one
from bench._provider import HANG_SECONDS, TAKES_SECONDS, ProviderProcess
from bench._school import School, founded
from bench._servers import OwnServers, own_servers
from school_erp.core.ids import new_id
from school_erp.messages.channels import init_app as connect
from school_erp.messages.channels import providers
from school_erp.messages.channels.sms import SmsApi
from school_erp.messages.channels.smtp import Smtp
from school_erp.messages.delivering import deliver_due
from school_erp.workbench.provider.behaviour import Way
from tests.serving import free_port

KILL = "kill"
WAYS = [*Way, *[KILL] * 5]
AT_ONCE, MISSING_SECONDS = 6, 5
# a start takes longer than a kill
STANDING_BY = 4
PATIENCE = HANG_SECONDS / 2

_WRITE = """
    INSERT INTO message (school_id, id, kind, student_id, date, slot, guardian_id, channel, due_at,
                         text, address, segments, subject, language)
    VALUES (%(school)s, %(id)s, 'refused', %(pia)s, %(day)s, %(slot)s, %(gwen)s, %(channel)s, now(),
            %(text)s, %(address)s, %(segments)s, 'Absence', 'en')"""
_STATES = "SELECT text, state, channel FROM message"
_HOLDER = """
    SELECT lease_owner AS owner FROM message
    WHERE state = 'sending' AND lease_until > now() LIMIT 1"""
_BEGUN = """
    SELECT count(*) AS found FROM message m
    JOIN message_attempt a ON a.message_id = m.id AND a.outcome IS NULL
    WHERE m.state = 'sending' AND m.lease_until > now()"""
_RUN_OUT = "UPDATE message SET lease_until = now(), due_at = now() WHERE state = 'sending'"
_HURRY = """
    UPDATE message SET due_at = now()
    WHERE state IN ('waiting', 'unknown') AND due_at < '9000-01-01'"""

Rows = psycopg.Connection[DictRow]


def main() -> None:
    points, kills = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (200, 100)
    with own_servers() as own:
        provider = ProviderProcess(own.place)
        try:
            os.environ |= surroundings(provider)
            school = founded(own.config)
            with closing(looking(school)) as rows:
                rows.execute("UPDATE attendance_settings SET message_budget = 1000000")
                bad = misbehaving(school, rows, provider, points)
                bad += dying(own, school, rows, provider, kills)
            school.close()
        finally:
            provider.kill()
    sys.exit(bad > 0)


def surroundings(provider: ProviderProcess) -> dict[str, str]:
    return {
        "SMS_URL": provider.sms_url,
        "SMS_FROM": "+447700900000",
        "SMTP_URL": provider.smtp_url,
        "MAIL_FROM": "office@example.org",
        "MESSAGES_PER_SECOND": "1000",
        "SMS_MISSING_SECONDS": str(MISSING_SECONDS),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }


def misbehaving(school: School, rows: Rows, provider: ProviderProcess, points: int) -> int:
    with hearing_callbacks(school):
        for number in range(points):
            way = random.choice(WAYS)
            write(school, rows, f"point {number}", AT_ONCE)
            if way == KILL:
                killed_meanwhile(school, provider)
            else:
                provider.plan(*[Way.ACCEPT] * random.randrange(AT_ONCE), way)
                deliver(school)
        until_all_is_known(school, rows)
    return told(rows, provider, f"{points} points at which the provider misbehaved", "point")


def dying(
    own: OwnServers, school: School, rows: Rows, provider: ProviderProcess, kills: int
) -> int:
    in_the_middle = 0
    with hearing_callbacks(school) as url:
        os.environ["PUBLIC_URL"] = url
        with (
            crew(own.config, own.place / "workers.log", *[QUEUE] * STANDING_BY) as workers,
            closing(Redis.from_url(own.config.redis_url)) as redis,
        ):
            for number in range(kills):
                write(school, rows, f"kill {number}", AT_ONCE)
                wait_for_one(workers, redis)
                in_the_middle += killed(school, rows, workers)
        until_all_is_known(school, rows)
    what = f"{kills} workers killed, {in_the_middle} of them between an attempt and its outcome"
    return told(rows, provider, what, "kill")


@contextmanager
def hearing_callbacks(school: School) -> Iterator[str]:
    """This process as web and as worker, less patient than an operator's; its address."""
    app = school.app
    port = free_port()
    app.config["BASE_URL"] = f"http://127.0.0.1:{port}"
    connect(app)
    with app.app_context():
        for each in providers().values():
            assert isinstance(each, SmsApi | Smtp)
            each.seconds = PATIENCE
    web = make_server("127.0.0.1", port, app, threaded=True)
    Thread(target=web.serve_forever, daemon=True).start()
    yield str(app.config["BASE_URL"])
    web.shutdown()


def write(school: School, rows: Rows, what: str, count: int) -> None:
    """The last is an email, of which no provider can be asked later."""
    world = school.world
    for number in range(count):
        by_mail = number == count - 1
        text = f"{what}, message {number}"
        asked: dict[str, Any] = {
            "school": world.school_id,
            "id": new_id(),
            "pia": world.pia,
            "gwen": world.gwen,
            "day": world.today,
            "slot": rows.execute("SELECT count(*) AS n FROM message").fetchone()["n"],  # type: ignore[index]
            "channel": "email" if by_mail else "sms",
            "address": f"{new_id()}@example.org" if by_mail else f"+4477009{number:05}",
            "segments": None if by_mail else 1,
            "text": text,
        }
        rows.execute(_WRITE, asked)


def deliver(school: School) -> None:
    with school.app.app_context():
        deliver_due(school.world.school_id)


def killed_meanwhile(school: School, provider: ProviderProcess) -> None:
    sending = Thread(target=deliver, args=(school,))
    sending.start()
    time.sleep(random.uniform(0, 0.08))
    provider.kill()
    sending.join()
    provider.start()


def killed(school: School, rows: Rows, workers: Crew) -> bool:
    """Whoever took messages; whether in the middle of one."""
    ask_to_deliver(school.app, school.world.school_id)
    holder = named(workers, holder_of(rows))
    time.sleep(random.uniform(0, AT_ONCE * 3 * TAKES_SECONDS))
    workers.kill(holder)
    workers.add(QUEUE)
    begun = (rows.execute(_BEGUN).fetchone() or {})["found"] > 0
    rows.execute(_RUN_OUT)
    return begun


def holder_of(rows: Rows) -> str:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        holder = rows.execute(_HOLDER).fetchone()
        if holder is not None:
            return str(holder["owner"])
        time.sleep(0.005)
    raise RuntimeError("no worker took a message")


def until_all_is_known(school: School, rows: Rows) -> None:
    """As long as anything moves by itself, each next time is made to have come."""
    time.sleep(MISSING_SECONDS)
    query = "SELECT count(*) AS n FROM message WHERE state IN ('waiting', 'sending', 'unknown')"
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        rows.execute(_HURRY)
        moving = f"{query} AND due_at < '9000-01-01'"
        if not (rows.execute(moving).fetchone() or {})["n"]:
            return
        deliver(school)


def told(rows: Rows, provider: ProviderProcess, what: str, begins: str) -> int:
    taken = provider.taken()
    states = {row["text"]: row for row in rows.execute(_STATES) if row["text"].startswith(begins)}
    twice = sum(taken[text] > 1 for text in states)
    doubts = [text for text, row in states.items() if row["state"] == "unknown"]
    arrived = {text for text, row in states.items() if row["state"] in {"sent", "delivered"}}
    pretended = sum(not taken[text] for text in arrived)
    listed = {*doubts, *(text for text, row in states.items() if row["state"] == "failed")}
    lost = [text for text in states if text not in arrived | listed]
    print(f"{what}; {len(states)} messages")
    print(f"taken twice {twice}, said to be sent and never taken {pretended}, neither {len(lost)}")
    print(f"in doubt and listed {len(doubts)}, of which {sum(taken[t] > 0 for t in doubts)} came")
    return twice + pretended + len(lost)


def looking(school: School) -> Rows:
    """As the database's owner, at this school."""
    rows = psycopg.connect(school.config.owner_database_url, autocommit=True, row_factory=dict_row)
    rows.execute("SELECT set_config('app.school_id', %s, false)", [str(school.world.school_id)])
    return rows


if __name__ == "__main__":
    main()
