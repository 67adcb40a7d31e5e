"""What PostgreSQL plans while a school has nothing yet, and keeps for when it has."""

from __future__ import annotations

import re

from sqlalchemy import text

from school_erp.attendance.queries import standing
from school_erp.extensions import db
from tests.world import World


def test_marks_are_looked_up_by_their_key_even_while_there_are_none(school: World) -> None:
    assert school.school_id
    # an empty table that was analysed costs nothing to read whole; this one may not be empty
    assert db.session.scalar(text("SHOW enable_seqscan")) == "off"
    plan = _kept_plan(standing._standing_and_heard.text)
    assert "using pk_student_attendance" in plan
    assert "Seq Scan" not in plan, plan


def _kept_plan(query: str) -> str:
    """The one plan that a connection keeps, whatever is asked for."""
    for place, name in enumerate(dict.fromkeys(re.findall(r"(?<!:):(\w+)", query)), 1):
        query = re.sub(rf"(?<!:):{name}\b", f"${place}", query)
    found = db.session.connection().exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {query}")
    return "\n".join(row[0] for row in found)
