"""An audit row that the database's owner changed, removed or slipped in: is it found, and how soon?

`python -m bench.audit_tampering [ROWS]` (100,000) notes marks in a database of its own, seals them,
does each harm to a row at random and asks `flask audit verify`, which has to name that row. The
seconds are the whole command's; what verifying takes without the start of a program stands apart.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg

from bench._database import own_database
from bench._school import School, founded
from config import ROOT, Config
from school_erp.attendance.actions.sealing import verify
from school_erp.core.tenancy import acting_for
from school_erp.embedded.servers import complete
from tests.serving import environment_of

IN_ONE_MARKING = 500
_NOTE = """
    INSERT INTO attendance_audit_log (school_id, id, what, student_id, section_id, date, slot,
                                      after, actor_id, actor_name, actor_role, source)
    SELECT %(school)s, gen_random_uuid(), 'mark', gen_random_uuid(), %(section)s,
           DATE '2026-01-01' + %(day)s::integer, 1,
           '{"status": "ABSENT", "code": "A", "source": "OFFICE", "version": 1}',
           %(by)s, 'Ada Lovelace-Brown', 'admin', 6
    FROM generate_series(1, %(rows)s)"""
_CHANGE = """
    UPDATE attendance_audit_log SET after = jsonb_set(after, '{code}', '"P"')
    WHERE id = %s RETURNING id"""
_CHANGE_BACK = """
    UPDATE attendance_audit_log SET after = jsonb_set(after, '{code}', '"A"') WHERE id = %s"""
_KEEP = """
    CREATE TEMPORARY TABLE kept ON COMMIT PRESERVE ROWS AS
    SELECT * FROM attendance_audit_log WHERE id = %s"""
_REMOVE = "DELETE FROM attendance_audit_log WHERE id = %s RETURNING id"
_PUT_BACK = "INSERT INTO attendance_audit_log SELECT * FROM kept WHERE id = %s"
# beside the row at random, as if it had been noted in the same transaction
_SLIP_IN = """
    INSERT INTO attendance_audit_log (school_id, id, what, student_id, date, slot, after, at,
                                      transaction)
    SELECT school_id, gen_random_uuid(), what, student_id, date, slot, after, at, transaction
    FROM attendance_audit_log WHERE id = %s RETURNING id"""
_TAKE_OUT = "DELETE FROM attendance_audit_log WHERE id = %s"

Owner = psycopg.Connection[tuple[UUID]]


@dataclass(frozen=True)
class Harm:
    name: str
    do: str
    undo: str
    said: str


HARMS = (
    Harm("one changed", _CHANGE, _CHANGE_BACK, "was altered"),
    Harm("one removed", _REMOVE, _PUT_BACK, "is missing"),
    Harm("one slipped in", _SLIP_IN, _TAKE_OUT, "was slipped in"),
)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config:
        school = founded(config)
        with closing(psycopg.connect(config.owner_database_url, autocommit=True)) as owner:
            owner.execute(
                "SELECT set_config('app.school_id', %s, false)", [str(school.world.school_id)]
            )
            note(owner, school, rows)
            sealed = until_sealed(school)
            print(f"{rows:,} rows noted; sealed in {sealed:.1f} s\n")
            found = [tried(owner, school, harm) for harm in HARMS]
            seconds, said, code = asked(school, "verify")
        print(f"{'all put back':16} {seconds:5.1f} s  {said}")
        print(f"verifying alone  {verifying(school):5.1f} s")
        school.close()
    sys.exit(not (all(found) and code == 0))


def note(owner: Owner, school: School, rows: int) -> None:
    """In as many transactions as there would be markings."""
    for day in range(rows // IN_ONE_MARKING):
        owner.execute(
            _NOTE,
            {
                "school": school.world.school_id,
                "section": school.world.homeroom_7a,
                "day": day,
                "by": school.world.ada,
                "rows": IN_ONE_MARKING,
            },
        )


def until_sealed(school: School) -> float:
    """Behind whatever is still under way anywhere on the server."""
    while True:
        seconds, said, _code = asked(school, "seal")
        if " 0 entries" not in said:
            return seconds
        time.sleep(0.5)


def tried(owner: Owner, school: School, harm: Harm) -> bool:
    """Whether the row was named."""
    row = owner.execute(
        "SELECT id FROM attendance_audit_log ORDER BY id OFFSET %s LIMIT 1",
        [random.randrange(count_of(owner))],
    ).fetchone()
    assert row is not None
    if harm.do is _REMOVE:
        owner.execute(_KEEP, row)
    harmed = owner.execute(harm.do, row).fetchone()
    assert harmed is not None
    seconds, said, code = asked(school, "verify")
    owner.execute(harm.undo, harmed)
    print(f"{harm.name:16} {seconds:5.1f} s  {said}")
    return code == 1 and f"entry {harmed[0]} {harm.said}" in said


def count_of(owner: Owner) -> int:
    [[rows]] = owner.execute("SELECT count(*) FROM attendance_audit_log").fetchall()
    return int(rows)


def verifying(school: School) -> float:
    school_id = school.world.school_id
    with school.app.app_context(), acting_for(school_id):
        began = time.monotonic()
        verify(school_id)
        return time.monotonic() - began


def asked(school: School, command: str) -> tuple[float, str, int]:
    """What the operator's command said, after how long, and how it ended."""
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "audit", command, "--school", school.world.slug],
        cwd=ROOT,
        env=environment_of(school.config, FLASK_APP="school_erp.cli"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stderr
    return time.monotonic() - began, ended.stdout.strip(), ended.returncode


if __name__ == "__main__":
    main()
