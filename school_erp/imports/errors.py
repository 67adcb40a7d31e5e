from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict, Invalid


class LinesRejected(Invalid):
    code = "lines_rejected"
    message = _("Nothing was imported, because some lines have mistakes.")


class ReportOutOfDate(Conflict):
    code = "report_out_of_date"
    message = _(
        "The file, or the school's records, changed since this report was made. "
        "Nothing was imported; please look at the new report."
    )
