from __future__ import annotations

import structlog

from school_erp.accounts.actions.upkeep import let_go_of_what_is_over
from school_erp.jobs.schedule import periodic

log = structlog.get_logger(__name__)

DAY = 24 * 3600


@periodic(seconds=DAY)
def tidy_up() -> None:
    gone = let_go_of_what_is_over()
    log.info(
        "accounts_tidied",
        sign_ins=gone.sign_ins,
        links=gone.links,
        idempotency=gone.idempotency_keys,
    )
