"""How long a file of 50,000 people takes: to be read and shown, to be done, and to be sent again.

`python -m bench.import_people [LINES]` works in a database of its own, as the runtime role under
row-level security, through the HTTP API of one process, and removes the database again.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import event

import school_erp
from bench._database import own_database
from config import Config
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from tests.world import Caller, found_world


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    content = file_of(lines)
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config:
        app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
        ada = Caller(app, found_world(config), "ada")
        print(f"{lines:,} lines, {len(content) / 1e6:.1f} MB\n")
        print(f"{'':34}{'seconds':>9}{'of our CPU':>12}{'statements':>12}")
        seen = timed(app, "a new school's file, shown", ada, content)
        timed(app, "the same, done", ada, content, fingerprint=seen["fingerprint"], dry_run=False)
        timed(app, "sent again, nothing to do", ada, content)
        changed = content.replace(b"@example.org", b"@example.com")
        seen = timed(app, "every email changed, shown", ada, changed)
        timed(app, "the same, done", ada, changed, fingerprint=seen["fingerprint"], dry_run=False)
        with app.app_context():
            db.engine.dispose()
    print(f"\nlargest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(app: Flask, what: str, ada: Caller, content: bytes, **asked: Any) -> dict[str, Any]:
    with app.app_context(), counted() as statements:
        began, cpu = time.perf_counter(), time.process_time()
        answer = ada.post(
            "/api/v1/imports/people", data=content, content_type="text/csv", query_string=asked
        )
        seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    report: dict[str, Any] = answer.get_json()
    assert answer.status_code == 200, report
    assert report["counts"]["rejected"] == 0, report["mistakes"][:3]
    print(f"{what:34}{seconds:>9.1f}{busy:>12.1f}{len(statements):>12}", flush=True)
    return report


class counted:  # noqa: N801 - reads as a verb where it stands
    def __enter__(self) -> list[str]:
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)


def file_of(lines: int) -> bytes:
    """Three students and two guardians in every five lines."""
    return "\n".join((HEADING, *lines_of(lines))).encode()


HEADING = "external_id,given_name,family_name,email,phone,role,guardian_of,relation"


def lines_of(lines: int) -> Iterator[str]:
    for number in range(lines):
        family, place = divmod(number, 5)
        children = ";".join(f"S{family}-{child}" for child in range(3))
        if place < 3:
            yield f"S{family}-{place},Zoë {place},Quist-{family},,,student,,"
        else:
            email, phone = f"g{number}@example.org", f"07{number % 10**9:09}"
            relation = ("mother", "father")[place - 3]
            yield f"G{number},Maria,Quist-{family},{email},{phone},guardian,{children},{relation}"


if __name__ == "__main__":
    main()
