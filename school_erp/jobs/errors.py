from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict


class JobFinished(Conflict):
    code = "job_finished"
    message = _("This job has already finished.")


class JobUnfinished(Conflict):
    code = "job_unfinished"
    message = _("This job has not finished yet. Stop it first, or wait for its end.")


class JobComplete(Conflict):
    code = "job_complete"
    message = _("This job did all it had to do; there is nothing to try again.")
