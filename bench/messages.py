"""What it costs marks that families are told of them.

`python -m bench.messages [ROUNDS]` marks 2,000 pupils of 50 classes absent in one job, each with a
mother who has a number and an account: once in a school that tells nobody, once in one that writes
a message and a line for the bell for each. They take turns, each time with pupils of their own;
medians are printed, and how long it takes to look at all that is due before it leaves.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg

from bench._database import own_database
from bench._school import Class, School, founded
from config import Config
from school_erp.core.clock import now
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.embedded.servers import complete
from school_erp.jobs.running import run_job
from school_erp.messages.actions.clearing import clear_for_sending

URL = "/api/v1/school/attendance"
CLASSES, PUPILS = 50, 40
_MOTHERS = """
    WITH mother AS (
        INSERT INTO person (school_id, id, given_name, family_name, phone)
        SELECT %(school)s, gen_random_uuid(), 'Mother', pupil::text, '+447700900123'
        FROM unnest(%(pupils)s::uuid[]) AS pupil
        RETURNING id, family_name
    ), known AS (
        INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)
        SELECT %(school)s, gen_random_uuid(), family_name::uuid, id, 'mother' FROM mother
    )
    INSERT INTO account (school_id, person_id, login, password_hash)
    SELECT %(school)s, id, id::text, 'none' FROM mother"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config:
        school = founded(config)
        silent, told = [], []
        for number in range(rounds):
            silent.append(marked(school, f"Silent {number}", tells=False))
            told.append(marked(school, f"Told {number}", tells=True))
        show("2,000 marks, nobody told", statistics.median(silent))
        show("2,000 marks and their messages", statistics.median(told))
        print(f"{'ratio':<50} {statistics.median(told) / statistics.median(silent):.2f}")
        show("looking at all that is due", looked_at(school))
        print(f"{'messages, and lines for bells':<50} {counted(school)}")
        school.close()


def marked(school: School, name: str, *, tells: bool) -> float:
    classes = [school.add_class(f"{name} {number}", PUPILS) for number in range(CLASSES)]
    pupils = [pupil for each in classes for pupil in each.pupils]
    asked: dict[str, Any] = {"school": school.world.school_id, "pupils": pupils}
    with psycopg.connect(school.config.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(asked["school"])])
        owner.execute(_MOTHERS, asked)
        owner.execute("UPDATE attendance_settings SET notification_on_absent = %s", [tells])
        owner.execute("ANALYZE")
    return seconds(job_of(school, classes))


def job_of(school: School, classes: list[Class]) -> Callable[[], object]:
    """Accepted already; what is left is the worker's."""
    scope = {
        "date": school.world.today.isoformat(),
        "period": 1,
        "scope": {"sections": [str(each.id) for each in classes]},
        "default": {"status": "ABSENT"},
    }
    job = school.caller().post(f"{URL}/scopes", json=scope).get_json()["job_id"]

    def run() -> None:
        with school.app.app_context():
            run_job(school.world.school_id, job)

    return run


def looked_at(school: School) -> float:
    def look() -> None:
        moment = now() + dt.timedelta(days=1)
        with school.app.app_context(), acting_for(school.world.school_id), unit_of_work():
            clear_for_sending(moment)

    return seconds(look)


def counted(school: School) -> str:
    with psycopg.connect(school.config.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(school.world.school_id)])
        row = owner.execute(
            "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM notification)"
        ).fetchone()
    assert row is not None
    return f"{row[0]}, {row[1]}"


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def show(what: str, took: float) -> None:
    print(f"{what:<50} {1000 * took:.0f} ms")


if __name__ == "__main__":
    main()
