"""What families read in the bell of their children's marks: what messages say, and no sooner.

An absence is kept back for the school's hold. A round tells it then, unless it was put right or
explained meanwhile, or looks so odd that a person has to decide whether anybody hears of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from school_erp.absences.queries.explained import explained_in_sql
from school_erp.attendance.happenings import MarksMade
from school_erp.core.clock import now
from school_erp.core.direct import Statement
from school_erp.core.ids import NEW_ID_IN_SQL
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.following import WRITTEN, cancel_what_turned, values_of
from school_erp.messages.actions.holding import hold_what_looks_wrong
from school_erp.messages.actions.learning import NEVER
from school_erp.messages.actions.lifting import lift_what_is_right_again
from school_erp.messages.queries.missed import ASKED, MISSED, still_absent
from school_erp.messages.queries.spots import Leaving, Spot, messages_leaving
from school_erp.messages.rules.turning import Turn, Turned
from school_erp.notifications.actions import News, announce_news, withdraw_held

_ABOUT = "'mark:' || CAST(:day AS date) || ':' || slot || ':' || student_id"
_READERS = """
    JOIN guardianship g ON g.school_id = :school AND g.student_id = {student}
     AND g.gets_messages AND NOT g.do_not_contact
    JOIN account a ON a.school_id = :school AND a.person_id = g.guardian_id
     AND a.disabled_at IS NULL"""

# what was told is read once and held against all readers: a lookup for each of them would read,
# until the planner has seen some lines, all of the school's every time
_write_and_tell = Statement(f"""
    WITH {ASKED}, {MISSED}, {WRITTEN},
    reader AS MATERIALIZED (
        SELECT found.*, {_ABOUT} AS about FROM (
            SELECT missed.student_id, missed.slot, missed.section_id, g.guardian_id,
                   'child_absent' AS kind, 'ABSENT' AS status
            FROM missed {_READERS.format(student="missed.student_id")}
            UNION ALL
            SELECT asked.student_id, CAST(:slot AS smallint), asked.section_id, g.guardian_id,
                   'child_corrected', asked.status
            FROM asked {_READERS.format(student="asked.student_id")}
            WHERE asked.turn = 'back') AS found),
    line AS MATERIALIZED (
        SELECT n.person_id, n.about, n.kind, n.facts, n.at, n.id FROM notification n
        WHERE n.school_id = :school AND n.at >= :since
          AND n.person_id = ANY (ARRAY(SELECT guardian_id FROM reader))),
    last_told AS (
        SELECT DISTINCT ON (person_id, about) person_id, about, kind
        FROM line ORDER BY person_id, about, at DESC, id DESC),
    absent_before AS MATERIALIZED (
        SELECT person_id, about FROM last_told WHERE kind = 'child_absent'),
    elsewhere AS MATERIALIZED (
        SELECT reader.guardian_id, reader.student_id, reader.slot
        FROM reader JOIN line ON line.person_id = reader.guardian_id
         AND line.kind = 'child_absent'
         AND line.facts @> jsonb_build_object(
             'student_id', reader.student_id, 'date', CAST(:day AS date))
         AND CAST(line.facts ->> 'slot' AS smallint) <> reader.slot
        WHERE NOT :each_lesson
          AND {still_absent("reader.student_id", "CAST(line.facts ->> 'slot' AS smallint)")})
    INSERT INTO notification AS n (school_id, id, person_id, kind, about, facts, at, told)
    SELECT :school, {NEW_ID_IN_SQL}, guardian_id, kind, about,
           jsonb_build_object('student_id', student_id, 'date', CAST(:day AS date), 'slot', slot,
                              'status', status, 'section_id', section_id),
           CASE kind WHEN 'child_absent' THEN CAST(:held_until AS timestamptz) ELSE :now END,
           kind <> 'child_absent'
    FROM reader
    WHERE CASE kind
          WHEN 'child_absent' THEN (guardian_id, about) NOT IN (SELECT * FROM absent_before)
              AND (guardian_id, student_id, slot) NOT IN (SELECT * FROM elsewhere)
          ELSE (guardian_id, about) IN (SELECT * FROM absent_before) END
    ORDER BY guardian_id, student_id
    ON CONFLICT (school_id, person_id, about) WHERE read_at IS NULL
    DO UPDATE SET kind = excluded.kind, facts = excluded.facts, at = excluded.at,
                  told = excluded.told
    RETURNING id, person_id, kind, told""")  # noqa: S608 - our own constants

_OF = "CAST(n.facts ->> '{}' AS {})".format
_STUDENT, _DAY = _OF("student_id", "uuid"), _OF("date", "date")
_SLOT, _SECTION = _OF("slot", "smallint"), _OF("section_id", "uuid")
_IS_DUE = f"""
    n.school_id = :school AND NOT n.told AND n.at <= :moment AND NOT EXISTS (
        SELECT FROM message_hold h
        WHERE h.school_id = :school AND h.decision IS NULL AND h.date = {_DAY}
          AND h.slot = {_SLOT} AND (h.section_id IS NULL OR h.section_id = {_SECTION}))"""

_forget = text(f"""
    DELETE FROM notification n
    WHERE n.school_id = :school AND NOT n.told AND n.at <= :moment
      AND ({explained_in_sql(_STUDENT, _DAY, _SLOT)} OR EXISTS (
          SELECT FROM message_hold h
          WHERE h.school_id = :school AND h.decision = 'dropped' AND h.date = {_DAY}
            AND h.slot = {_SLOT} AND h.facts -> 'decided_for' ? (n.facts ->> 'student_id')))
    """)  # noqa: S608 - our own constants
_due = text(f"""
    SELECT {_DAY} AS date, {_SLOT} AS slot, {_SECTION} AS section_id, min(n.at) AS at
    FROM notification n WHERE {_IS_DUE}
    GROUP BY 1, 2, 3""")  # noqa: S608 - our own constants
_tell_due = text(f"""
    UPDATE notification n SET told = true WHERE {_IS_DUE}
    RETURNING n.id, n.person_id, n.kind, n.told""")  # noqa: S608 - our own constants


def tell_families(made: MarksMade, turns: Sequence[Turned]) -> None:
    """By message and by bell in one statement, and a few more where somebody is not absent."""
    place, moment = made.place, now()
    cancel_what_turned(made, turns)
    about = f"mark:{place.day}:{place.slot}:"
    back = [f"{about}{each.student_id}" for each in turns if each.turn is Turn.BACK]
    if back:
        withdraw_held(back)
    if all(each.turn is Turn.NOT_LATE for each in turns):
        return
    asked = {
        **values_of(made, turns, moment),
        "held_until": moment + timedelta(minutes=made.rules.messages.hold_minutes),
        # nobody hears of a mark before its day
        "since": datetime.combine(place.day - timedelta(days=1), time(), UTC),
    }
    announce_news([News(*row) for row in _write_and_tell.rows(db.session, asked)])


def tell_what_is_due() -> None:
    asked: dict[str, Any] = {"school": current_school_id(), "moment": now()}
    db.session.execute(_forget, asked)
    hold_what_looks_wrong(_lines_leaving(asked["moment"]))
    announce_news([News(*row) for row in db.session.execute(_tell_due, asked)])


def look_ahead() -> None:
    """At all that waits, so that whoever decides knows of it before it would leave."""
    lift_what_is_right_again()
    hold_what_looks_wrong([*messages_leaving(NEVER), *_lines_leaving(NEVER)])


def _lines_leaving(moment: datetime) -> list[Leaving]:
    asked = {"school": current_school_id(), "moment": moment}
    return [
        Leaving(Spot(row.date, row.slot), row.section_id, row.at)
        for row in db.session.execute(_due, asked)
    ]
