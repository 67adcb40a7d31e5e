from __future__ import annotations

from school_erp.supervision.child import CannotStart


class ServerUnusable(CannotStart):
    """A server cannot be used; the sentence says which, why, and what to do."""
