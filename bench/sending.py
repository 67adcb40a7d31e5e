"""What sending to parents costs those who mark meanwhile.

`python -m bench.sending [ROUNDS MESSAGES]` (10 and 2,000) has servers of its own. In each round
teachers mark classes of 30, each in one request that is answered when it is stored: first while
nothing is due, then while a worker of `notify` hands its share of the messages to a provider that
takes 50 ms for each. Both are timed in turn in the same rounds, so that a busy machine counts for
both; printed are the medians, their ratio, and how fast the messages left.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from redis import Redis

from bench._crew import crew
from bench._notifiers import QUEUE, ask_to_deliver, wait_for_one
from bench._provider import ProviderProcess
from bench._school import Class, School, founded
from bench._servers import own_servers
from bench.delivery import Rows, looking, surroundings
from school_erp.core.ids import new_id
from school_erp.core.unit_of_work import unit_of_work
from school_erp.messages.jobs import hand_to_worker

URL = "/api/v1/school/attendance"
PUPILS, ABSENT = 30, 2
# of marks in a round, with and without
CLASSES = 6
ANSWER_SECONDS = 0.05

_WRITE = """
    INSERT INTO message (school_id, id, kind, student_id, date, slot, guardian_id, channel, due_at,
                         text, address, segments, language)
    SELECT %(school)s, unnest(%(ids)s::uuid[]), 'refused', %(pia)s, %(day)s,
           generate_series(1, %(count)s), %(gwen)s, 'sms', now() + interval '1 day',
           'Pia was absent.', '+4477009' || lpad(generate_series(1, %(count)s)::text, 5, '0'),
           1, 'en'"""
_MAKE_DUE = """
    UPDATE message SET due_at = now() WHERE id IN (
        SELECT id FROM message WHERE state = 'waiting' AND due_at > now()
        ORDER BY id LIMIT %s)"""
_LEFT = """
    SELECT count(*) AS n FROM message
    WHERE state IN ('waiting', 'sending') AND due_at < now() + interval '1 hour'"""
_SENT = "SELECT count(*) AS n FROM message WHERE state IN ('sent', 'delivered')"


def main() -> None:
    rounds, messages = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (10, 2_000)
    with own_servers() as own:
        provider = ProviderProcess(own.place, takes_seconds=ANSWER_SECONDS / 2)
        os.environ |= surroundings(provider)
        school = founded(own.config)
        try:
            with (
                crew(own.config, own.place / "workers.log", QUEUE) as workers,
                closing(Redis.from_url(own.config.redis_url)) as redis,
                closing(looking(school)) as rows,
            ):
                wait_for_one(workers, redis)
                measure(school, rows, rounds, messages)
        finally:
            school.close()
            provider.kill()


def measure(school: School, rows: Rows, rounds: int, messages: int) -> None:
    rows.execute("UPDATE attendance_settings SET message_budget = 1000000")
    write(school, rows, messages)
    quiet: list[float] = []
    sending: list[float] = []
    sent_within = 0.0
    for number in range(rounds):
        classes = [school.add_class(f"{number}/{each}", PUPILS) for each in range(2 * CLASSES)]
        quiet += [marked(school, each) for each in classes[:CLASSES]]
        began = begin_sending(school, rows, messages // rounds)
        sending += [marked(school, each) for each in classes[CLASSES:]]
        if not left(rows):
            raise RuntimeError("all was sent before the marks were made: send more")
        until(lambda: none_left(school, rows))
        sent_within += time.monotonic() - began
    told(rows, quiet, sending, sent_within)


def write(school: School, rows: Rows, count: int) -> None:
    world = school.world
    asked: dict[str, Any] = {
        "school": world.school_id,
        "ids": [new_id() for _ in range(count)],
        "pia": world.pia,
        "gwen": world.gwen,
        "day": world.today - dt.timedelta(days=1),
        "count": count,
    }
    rows.execute(_WRITE, asked)
    rows.execute("ANALYZE message")


def begin_sending(school: School, rows: Rows, count: int) -> float:
    """From the first that leaves on."""
    before = sent(rows)
    rows.execute(_MAKE_DUE, [count])
    ask_to_deliver(school.app, school.world.school_id)
    until(lambda: sent(rows) > before)
    return time.monotonic()


def marked(school: School, section: Class) -> float:
    body = school.marking(section, 0)
    for record in body["records"][ABSENT:]:
        record["status"] = "PRESENT"
    caller = school.caller()
    began = time.perf_counter()
    answer = caller.post(URL, json=body, headers={"Prefer": "wait=10"})
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return took


def none_left(school: School, rows: Rows) -> bool:
    """A worker turns to other schools after a while, and is asked again."""
    with school.app.app_context(), unit_of_work():
        hand_to_worker(school.world.school_id)
    return not left(rows)


def left(rows: Rows) -> int:
    return int((rows.execute(_LEFT).fetchone() or {})["n"])


def sent(rows: Rows) -> int:
    return int((rows.execute(_SENT).fetchone() or {})["n"])


def until(happened: Callable[[], bool], seconds: float = 600) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > limit:
            raise RuntimeError("messages do not leave")
        time.sleep(0.2)


def told(rows: Rows, quiet: list[float], sending: list[float], sent_within: float) -> None:
    without, with_them = statistics.median(quiet), statistics.median(sending)
    count = sent(rows)
    print(f"{len(quiet)} classes of {PUPILS}, nothing sent: median {1000 * without:.1f} ms")
    print(f"{len(sending)} classes of {PUPILS}, while sending: median {1000 * with_them:.1f} ms")
    print(f"ratio {with_them / without:.2f}")
    print(f"{count} messages in {sent_within:.0f} s, {count / sent_within:.1f} a second")


if __name__ == "__main__":
    main()
