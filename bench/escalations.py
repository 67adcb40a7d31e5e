"""How long it takes to hold a school's rules against its figures.

`python -m bench.escalations [DAYS]` gives 2,000 pupils of 50 classes a term of DAYS days (60): one
in twenty marks is an absence, and three in a hundred pupils have been away for a week. It looks
the first time, when every line that was ever crossed is new, and again, when none is.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import psycopg

from bench._database import own_database
from bench._school import School, founded
from config import Config
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.embedded.servers import complete
from school_erp.escalation.actions.looking import look

CLASSES, PUPILS = 50, 40
_TERM = """
    INSERT INTO student_attendance (school_id, student_id, date, slot, section_id, status, code,
                                    source, marked_at)
    SELECT e.school_id, e.person_id, day, 1, e.section_id,
           CASE WHEN away THEN 'ABSENT' ELSE 'PRESENT' END, CASE WHEN away THEN 'A' ELSE 'P' END,
           6, now()
    FROM enrolment e
    JOIN section s ON s.school_id = e.school_id AND s.id = e.section_id AND s.grade = '8'
    CROSS JOIN generate_series(%(today)s - %(days)s, %(today)s, interval '1 day') AS days (at)
    CROSS JOIN LATERAL (SELECT days.at::date AS day) AS on_day
    CROSS JOIN LATERAL (
        SELECT abs(hashtext(e.person_id::text || day)) %% 100 < 5
               OR abs(hashtext(e.person_id::text)) %% 100 < 3
               AND day > %(today)s - 7 AS away) AS marked
    WHERE e.school_id = %(school)s AND e.role = 'student'"""


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config:
        school = founded(config)
        for number in range(CLASSES):
            school.add_class(f"Class {number}", PUPILS)
        print(f"{'marks':<40} {marked(school, days)}")
        for what in ("looked at for the first time", "looked at again", "and again"):
            began, worked = time.perf_counter(), time.process_time()
            found = looked_at(school)
            took, own = time.perf_counter() - began, time.process_time() - worked
            print(f"{what:<40} {took:.2f} s, {own:.2f} s of it own work; {found} new lines crossed")
        school.close()


def marked(school: School, days: int) -> int:
    world = school.world
    with psycopg.connect(school.config.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        asked = {"school": world.school_id, "today": world.today, "days": days}
        count = owner.execute(_TERM, asked).rowcount
        owner.execute("ANALYZE")
    return count


def looked_at(school: School) -> int:
    with school.app.app_context(), acting_for(school.world.school_id), unit_of_work():
        return len(look(school.world.today))


if __name__ == "__main__":
    main()
