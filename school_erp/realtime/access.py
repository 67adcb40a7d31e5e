from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    EVENT_READ = "realtime:event:read"


# of the rooms that one may be in: `rooms.admit`
POLICY = {Permission.EVENT_READ: lambda _actor: True}
