"""what a job keeps of many records that are alike is kept once"""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ONCE = """
    CREATE FUNCTION said_once(records jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE jsonb_typeof(records) WHEN 'array' THEN (
            SELECT jsonb_build_object(
                'ids', coalesce(jsonb_agg(each -> 'student_id' ORDER BY place), '[]'),
                'alike', coalesce(jsonb_agg(place - 1 ORDER BY place), '[]'),
                'said', coalesce(jsonb_agg(each - 'student_id' ORDER BY place), '[]'))
            FROM jsonb_array_elements(records) WITH ORDINALITY AS r (each, place))
        ELSE records END $$"""
_FOR_EACH = """
    CREATE FUNCTION said_for_each(records jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE jsonb_typeof(records) WHEN 'object' THEN (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object('student_id', id) || (records -> 'said' -> number::integer)
                ORDER BY place), '[]')
            FROM ROWS FROM (
                jsonb_array_elements_text(records -> 'ids'),
                jsonb_array_elements_text(records -> 'alike')
            ) WITH ORDINALITY AS r (id, number, place))
        ELSE records END $$"""


def _in_every_school(turn: str) -> str:
    """The policies hold for the owner too, so each school is asked in turn."""
    return f"""
        DO $$
        DECLARE
            asked uuid;
            before text := coalesce(current_setting('app.school_id', true), '');
        BEGIN
            FOR asked IN SELECT school.id FROM school LOOP
                PERFORM set_config('app.school_id', asked::text, true);
                UPDATE job_chunk SET records = {turn}(records) WHERE school_id = asked;
                UPDATE job SET payload =
                    jsonb_set(payload, '{{records}}', {turn}(payload -> 'records'))
                WHERE school_id = asked AND payload ? 'records';
                UPDATE job SET payload = jsonb_set(payload, '{{markings}}', (
                    SELECT jsonb_agg(
                        jsonb_set(each, '{{records}}', {turn}(each -> 'records')) ORDER BY place)
                    FROM jsonb_array_elements(payload -> 'markings')
                         WITH ORDINALITY AS m (each, place)))
                WHERE school_id = asked AND jsonb_array_length(payload -> 'markings') > 0;
            END LOOP;
            PERFORM set_config('app.school_id', before, true);
        END $$"""  # noqa: S608 - of this migration's own words


def upgrade() -> None:
    op.execute(_ONCE)
    op.execute(_in_every_school("said_once"))
    op.execute("DROP FUNCTION said_once(jsonb)")


def downgrade() -> None:
    op.execute(_FOR_EACH)
    op.execute(_in_every_school("said_for_each"))
    op.execute("DROP FUNCTION said_for_each(jsonb)")
