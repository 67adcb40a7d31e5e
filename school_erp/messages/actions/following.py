"""Messages follow the marks, in the transaction of the marks, however many in as many statements.

What waits and is wrong now is cancelled first, in a statement of its own: only after it is it
certain which messages are past that, and have to be corrected. What is new is written by the
statement that tells the bell, as both stand on the same absences: here is its part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from school_erp.absences.actions.linking import revoke_links
from school_erp.attendance.happenings import MarksMade
from school_erp.core.clock import now
from school_erp.core.ids import NEW_ID_IN_SQL
from school_erp.extensions import db
from school_erp.messages.looks import ask_for_look
from school_erp.messages.queries.channels import CHANNELS, REACHED_BY
from school_erp.messages.queries.missed import document_of, still_absent
from school_erp.messages.rules.timing import due_at, hours_of, is_news
from school_erp.messages.rules.turning import Turn, Turned, turned

_cancel = text("""
    UPDATE message SET state = 'cancelled', reason = 'corrected', settled_at = :now
    WHERE school_id = :school AND date = :day AND slot = :slot AND state IN ('waiting', 'held')
      AND student_id = ANY(:students)
      AND (kind = 'absent' AND student_id = ANY(:back)
           OR kind = 'late' AND student_id = ANY(:not_late))""")

# after `asked` and `missed`; the last of its parts is `written`
WRITTEN = f"""
    wrong_again AS (
        UPDATE message m SET state = 'cancelled', reason = 'corrected', settled_at = :now
        FROM asked
        WHERE asked.turn = 'away' AND m.school_id = :school AND m.student_id = asked.student_id
          AND m.date = :day AND m.slot = :slot AND m.kind IN ('corrected', 'arrived')
          AND m.state = 'waiting'),
    said AS MATERIALIZED (
        SELECT m.student_id, m.slot, m.guardian_id, m.channel, m.kind, m.again, m.call_order,
               m.section_id, m.state
        FROM message m
        WHERE m.school_id = :school AND m.date = :day
          AND m.kind IN ('absent', 'corrected', 'arrived')
          AND m.student_id IN (SELECT student_id FROM asked) AND m.state <> 'cancelled'),
    heard AS (
        SELECT said.* FROM said JOIN guardianship g ON g.school_id = :school
         AND g.student_id = said.student_id AND g.guardian_id = said.guardian_id
         AND g.gets_messages AND NOT g.do_not_contact
        WHERE said.kind = 'absent'
          AND said.state IN ('sending', 'sent', 'delivered', 'unknown')),
    put_right AS MATERIALIZED (
        SELECT said.student_id, said.slot, said.guardian_id, said.kind FROM said
        WHERE said.kind IN ('corrected', 'arrived')
          AND said.state IN ('sending', 'sent', 'delivered', 'unknown')
          AND said.student_id IN (SELECT student_id FROM asked WHERE turn = 'away')),
    news AS (
        SELECT 'absent' AS kind, student_id, slot, section_id, '{{}}'::jsonb AS facts FROM missed
        UNION ALL
        SELECT 'late', student_id, :slot, section_id,
               jsonb_build_object('minutes_late', minutes_late)
        FROM asked WHERE turn = 'late'),
    wanted AS (
        SELECT news.*, g.guardian_id, g.call_order, {CHANNELS} AS channel,
               CAST(:later AS timestamptz) AS due_at,
               news.kind = 'absent' AND EXISTS (
                   SELECT FROM put_right p
                   WHERE p.student_id = news.student_id AND p.guardian_id = g.guardian_id
                     AND (p.slot = news.slot OR p.kind = 'arrived' AND p.slot = :slot)) AS again
        FROM news
        JOIN guardianship g ON g.school_id = :school AND g.student_id = news.student_id
         AND g.gets_messages AND NOT g.do_not_contact
        JOIN person adult ON adult.school_id = :school AND adult.id = g.guardian_id
        {REACHED_BY}
        WHERE NOT EXISTS (
            SELECT FROM said
            WHERE said.kind = 'absent'
              AND said.student_id = news.student_id AND said.guardian_id = g.guardian_id
              AND CASE news.kind
                  WHEN 'late' THEN said.slot = news.slot
                  ELSE NOT :each_lesson AND said.slot <> news.slot
                       AND {still_absent("said.student_id", "said.slot")} END)
        UNION ALL
        SELECT asked.told_as, heard.student_id, heard.slot, heard.section_id, '{{}}'::jsonb,
               heard.guardian_id, heard.call_order, heard.channel, :at_once, heard.again
        FROM asked JOIN heard USING (student_id)
        WHERE asked.turn = 'back' AND asked.told_as IS NOT NULL AND heard.slot = :slot
        UNION ALL
        SELECT 'arrived', here.student_id, CAST(:slot AS smallint), here.section_id,
               '{{}}'::jsonb, here.guardian_id, here.call_order, here.channel,
               CAST(:at_once AS timestamptz), here.again
        FROM (SELECT heard.student_id, asked.section_id, heard.guardian_id, heard.channel,
                     min(heard.call_order) AS call_order, bool_or(heard.again) AS again
              FROM asked JOIN heard USING (student_id)
              WHERE asked.turn = 'there' AND heard.slot < :slot
              GROUP BY 1, 2, 3, 4) AS here
        WHERE NOT EXISTS (
            SELECT FROM said already
            WHERE already.kind = 'arrived' AND already.student_id = here.student_id
              AND already.guardian_id = here.guardian_id AND already.again >= here.again)),
    written AS (
        INSERT INTO message AS m (
            school_id, id, created_at, kind, student_id, date, slot, guardian_id,
            channel, again, call_order, section_id, facts, due_at)
        SELECT DISTINCT ON (student_id, guardian_id, channel, kind, slot, again)
               :school, {NEW_ID_IN_SQL}, :now, kind, student_id, :day, slot, guardian_id,
               channel, again, call_order, section_id, facts, due_at
        FROM wanted ORDER BY student_id, guardian_id, channel, kind, slot, again
        ON CONFLICT (school_id, student_id, date, slot, guardian_id, channel, kind, again)
        DO UPDATE SET state = 'waiting', due_at = excluded.due_at, facts = excluded.facts,
            section_id = excluded.section_id, call_order = excluded.call_order, reason = NULL,
            settled_at = NULL, hold_id = NULL, language = NULL, address = NULL, subject = NULL,
            text = NULL, segments = NULL, attempts = 0
        WHERE m.state = 'cancelled' AND m.reason IS DISTINCT FROM 'dropped')"""  # noqa: S608


def turns_of(made: MarksMade) -> list[Turned]:
    """Nothing, where the school tells nobody, or it is no news."""
    rules = made.rules.messages
    today = now().astimezone(ZoneInfo(made.rules.timezone)).date()
    if not rules.on_absent or not is_news(made.place.day, today):
        return []
    return turned(made.marks, rules, is_first=made.place.slot <= 1)


def cancel_what_turned(made: MarksMade, turns: Sequence[Turned]) -> None:
    """And have all that waits looked at anew; nothing is cancelled where nothing was put right."""
    back, not_late = _who(turns, Turn.BACK), _who(turns, Turn.NOT_LATE)
    place = made.place
    ask_for_look(place.school_id)
    if back or not_late:
        those = {"students": back + not_late, "back": back, "not_late": not_late}
        common = {"school": place.school_id, "day": place.day, "slot": place.slot, "now": now()}
        db.session.execute(_cancel, common | those)
    if back:
        revoke_links(back, place.day, place.slot)


def values_of(made: MarksMade, turns: Sequence[Turned], moment: dt.datetime) -> dict[str, Any]:
    """What `asked`, `missed` and `written` are filled in with."""
    rules, place = made.rules.messages, made.place
    hours = hours_of(rules, made.rules.timezone)
    return {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "now": moment,
        "rows": document_of(turns),
        "each_lesson": rules.each_lesson,
        "later": due_at(moment, hours),
        "at_once": due_at(moment, hours, held=False),
    }


def _who(turns: Sequence[Turned], turn: Turn) -> list[UUID]:
    return [each.student_id for each in turns if each.turn is turn]
