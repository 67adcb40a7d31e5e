from __future__ import annotations

from tests.attendance.conftest import audited, change, count, founded, owner, work
from tests.messages.posting import deliver, messages, person, post, sending

__all__ = ["audited", "change", "count", "founded", "owner", "work"]
__all__ += ["deliver", "messages", "person", "post", "sending"]
