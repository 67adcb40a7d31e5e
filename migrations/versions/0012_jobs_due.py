"""jobs that nobody works on, of every school, by their ids alone"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A job just accepted is on its way to a worker and is given three seconds to arrive.
    # The policies hold for the owner too, so each school is asked in turn.
    op.execute("""
        CREATE FUNCTION jobs_due(most integer) RETURNS TABLE(school_id uuid, id uuid)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        DECLARE
            asked uuid;
            before text := coalesce(current_setting('app.school_id', true), '');
        BEGIN
            FOR asked IN SELECT school.id FROM school WHERE school.active LOOP
                PERFORM set_config('app.school_id', asked::text, true);
                RETURN QUERY
                    SELECT job.school_id, job.id FROM job
                    WHERE job.school_id = asked AND job.state IN ('queued', 'running')
                      AND (job.state = 'queued' AND job.run_after <= clock_timestamp()
                           AND (job.attempts > 0
                                OR job.created_at < clock_timestamp() - interval '3 seconds')
                           OR job.state = 'running' AND job.lease_until < clock_timestamp())
                    ORDER BY job.run_after
                    LIMIT most;
            END LOOP;
            PERFORM set_config('app.school_id', before, true);
        END $$""")


def downgrade() -> None:
    op.execute("DROP FUNCTION jobs_due(integer)")
