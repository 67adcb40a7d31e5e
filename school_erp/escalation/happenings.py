from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from school_erp.escalation.models import Escalation, EscalationRule


@dataclass(frozen=True, slots=True)
class Escalated:
    """Students crossed lines, each for the first time this time."""

    rules: dict[UUID, EscalationRule]
    escalations: Sequence[Escalation]
