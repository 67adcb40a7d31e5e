from __future__ import annotations

from tests.realtime.conftest import founded

__all__ = ["founded"]
