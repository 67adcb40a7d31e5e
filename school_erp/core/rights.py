"""What the runtime role may do with each table, granted anew after every migration."""

from __future__ import annotations

from sqlalchemy import Connection, text

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
EXCEPTIONS = {
    "alembic_version": "SELECT",
    "school": "SELECT, UPDATE",
    # what was noted stays as it was
    "attendance_audit_log": "SELECT, INSERT",
    "audit_seal": "SELECT, INSERT",
    # what was told stays as it was told, until it is forgotten; and rooms never count anew
    "realtime_event": "SELECT, INSERT, DELETE",
    "realtime_room": "SELECT, INSERT, UPDATE",
}

_tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")


def grant_runtime(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    for table in connection.scalars(_tables).all():
        rights = EXCEPTIONS.get(table, EVERYTHING)
        connection.execute(text(f'REVOKE ALL ON "{table}" FROM {quoted}'))
        connection.execute(text(f'GRANT {rights} ON "{table}" TO {quoted}'))
