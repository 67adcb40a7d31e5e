"""The school ERP: what the application is made of, in the order in which it is put together."""

from __future__ import annotations

from flask import Blueprint, Flask
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from school_erp import extensions
from school_erp.absences import access as absences_access
from school_erp.absences import api as absences_api
from school_erp.absences import events as absences_events
from school_erp.absences import jobs as absences_jobs  # noqa: F401 - runs by the clock
from school_erp.absences import models as absences_models  # noqa: F401 - known to the migrations
from school_erp.absences import pages as absences_pages
from school_erp.absences import panel as absences_panel
from school_erp.academics import access as academics_access
from school_erp.academics import api as academics_api
from school_erp.academics import circles as academics_circles
from school_erp.academics import classes_panel
from school_erp.academics import events as academics_events
from school_erp.academics import models as academics_models  # noqa: F401 - known to the migrations
from school_erp.academics import pages as academics_pages
from school_erp.accounts import access as accounts_access
from school_erp.accounts import authentication
from school_erp.accounts import jobs as accounts_jobs  # noqa: F401 - runs by the clock
from school_erp.accounts import panel as account_panel
from school_erp.accounts.api import accounts as accounts_api
from school_erp.accounts.api import auth as auth_api
from school_erp.accounts.api import clients as clients_api
from school_erp.accounts.pages import accounts as account_pages
from school_erp.accounts.pages import clients as client_pages
from school_erp.accounts.pages import other_schools as other_school_pages
from school_erp.accounts.pages import sign_in as sign_in_pages
from school_erp.attendance import access as attendance_access
from school_erp.attendance import api as attendance_api
from school_erp.attendance import events as attendance_events
from school_erp.attendance import figures_panel, last_marks, staff_panel
from school_erp.attendance import jobs as attendance_jobs  # noqa: F401 - runs by the clock
from school_erp.attendance import models as attendance_models  # noqa: F401 - known to the migrations
from school_erp.attendance import pages as attendance_pages
from school_erp.attendance import reactions as attendance_reactions
from school_erp.attendance import rooms as attendance_rooms
from school_erp.attendance.actions import bulk, scoping, undoing, uploading
from school_erp.attendance.api import messages as attendance_messages  # noqa: F401 - listens
from school_erp.calling import access as calling_access
from school_erp.calling import api as calling_api
from school_erp.calling import events as calling_events
from school_erp.calling import models as calling_models  # noqa: F401 - known to the migrations
from school_erp.calling import pages as calling_pages
from school_erp.calling import panel as calling_panel
from school_erp.calling import reactions as calling_reactions
from school_erp.core import (
    access,
    compression,
    error_pages,
    happenings,
    health,
    logs,
    metrics,
    openapi,
    rate_limit,
    remembered,
    requests,
    settings,
    shortcuts,
)
from school_erp.core import idempotency as core_models  # noqa: F401 - known to the migrations
from school_erp.core.application import Application
from school_erp.core.settings import origin_of
from school_erp.escalation import access as escalation_access
from school_erp.escalation import api as escalation_api
from school_erp.escalation import jobs as escalation_jobs  # noqa: F401 - runs by the clock
from school_erp.escalation import models as escalation_models  # noqa: F401 - for migrations
from school_erp.escalation import pages as escalation_pages
from school_erp.escalation import reactions as escalation_reactions
from school_erp.imports import access as imports_access
from school_erp.imports import api as imports_api
from school_erp.imports import pages as import_pages
from school_erp.jobs import events as job_events
from school_erp.jobs import models as job_models  # noqa: F401 - known to the migrations
from school_erp.jobs import sweeping  # noqa: F401 - runs by the clock
from school_erp.live import access as live_access
from school_erp.live import api as live_api
from school_erp.live import events as live_events
from school_erp.live import jobs as live_jobs  # noqa: F401 - runs by the clock
from school_erp.live import models as live_models  # noqa: F401 - known to the migrations
from school_erp.live import pages as live_pages
from school_erp.live import rooms as live_rooms
from school_erp.messages import access as messages_access
from school_erp.messages import api as messages_api
from school_erp.messages import channels
from school_erp.messages import events as message_events
from school_erp.messages import jobs as message_jobs  # noqa: F401 - runs by the clock
from school_erp.messages import models as message_models  # noqa: F401 - known to the migrations
from school_erp.messages import pages as message_pages
from school_erp.messages import panel as messages_panel
from school_erp.notifications import access as notifications_access
from school_erp.notifications import api as notifications_api
from school_erp.notifications import events as notification_events
from school_erp.notifications import jobs as notification_jobs  # noqa: F401 - runs by the clock
from school_erp.notifications import models as notification_models  # noqa: F401 - for migrations
from school_erp.notifications import pages as notification_pages
from school_erp.notifications import reactions as notification_reactions
from school_erp.notifications import telling
from school_erp.people import access as people_access
from school_erp.people import circles as people_circles
from school_erp.people import models as people_models  # noqa: F401 - known to the migrations
from school_erp.people import panels as person_panels
from school_erp.people import rooms as people_rooms
from school_erp.people.api import guardianships as guardianships_api
from school_erp.people.api import people as people_api
from school_erp.people.api import roles as roles_api
from school_erp.people.pages import people as people_pages
from school_erp.realtime import access as realtime_access
from school_erp.realtime import api as realtime_api
from school_erp.realtime import connection, messages, rooms  # noqa: F401 - they listen
from school_erp.realtime import models as realtime_models  # noqa: F401 - known to the migrations
from school_erp.realtime.queue import EventQueue
from school_erp.realtime.sizes import LARGEST_MESSAGE
from school_erp.schools import access as schools_access
from school_erp.schools import api as schools_api
from school_erp.schools import jobs as schools_jobs  # noqa: F401 - runs by the clock
from school_erp.schools import models as schools_models  # noqa: F401 - known to the migrations
from school_erp.schools import pages as schools_pages
from school_erp.web import api_docs, assets, home, layout, locale

POLICIES = (
    schools_access.POLICY,
    people_access.POLICY,
    accounts_access.POLICY,
    academics_access.POLICY,
    attendance_access.POLICY,
    live_access.POLICY,
    absences_access.POLICY,
    calling_access.POLICY,
    escalation_access.POLICY,
    messages_access.POLICY,
    imports_access.POLICY,
    notifications_access.POLICY,
    realtime_access.POLICY,
)
CIRCLES = (people_circles.colleagues, people_circles.own_children, academics_circles.own_pupils)
APIS = (
    auth_api.blueprint,
    accounts_api.blueprint,
    clients_api.blueprint,
    schools_api.blueprint,
    people_api.blueprint,
    roles_api.blueprint,
    guardianships_api.blueprint,
    *academics_api.APIS,
    *attendance_api.BLUEPRINTS,
    *live_api.BLUEPRINTS,
    *absences_api.BLUEPRINTS,
    *messages_api.BLUEPRINTS,
    calling_api.blueprint,
    escalation_api.blueprint,
    imports_api.blueprint,
    realtime_api.blueprint,
    notifications_api.blueprint,
)
PAGES: tuple[Blueprint, ...] = (
    home.blueprint,
    schools_pages.blueprint,
    people_pages.blueprint,
    api_docs.blueprint,
    sign_in_pages.blueprint,
    other_school_pages.blueprint,
    account_pages.blueprint,
    client_pages.blueprint,
    *academics_pages.PAGES,
    *attendance_pages.BLUEPRINTS,
    *live_pages.BLUEPRINTS,
    *absences_pages.BLUEPRINTS,
    *message_pages.BLUEPRINTS,
    calling_pages.blueprint,
    escalation_pages.blueprint,
    import_pages.blueprint,
    notification_pages.blueprint,
)
EVENTS = (
    *attendance_events.EVENTS,
    *absences_events.EVENTS,
    *calling_events.EVENTS,
    *job_events.EVENTS,
    *academics_events.EVENTS,
    *notification_events.EVENTS,
    *live_events.EVENTS,
    *message_events.EVENTS,
)
# who acts on what lower packages tell, in the transaction in which it happened
REACTIONS = (
    attendance_reactions.REACTIONS,
    calling_reactions.REACTIONS,
    escalation_reactions.REACTIONS,
    notification_reactions.REACTIONS,
)
ROOMS = {
    **attendance_rooms.ADMISSIONS,
    **live_rooms.ADMISSIONS,
    **people_rooms.ADMISSIONS,
    **rooms.ADMISSIONS,
}
PERSON_PANELS: tuple[person_panels.Panel, ...] = (
    figures_panel.PANEL,
    absences_panel.PANEL,
    messages_panel.PANEL,
    calling_panel.PANEL,
    staff_panel.PANEL,
    classes_panel.PANEL,
    account_panel.PANEL,
)


def create_app(config: Config) -> Flask:
    app = Application(__name__, static_folder=None)
    app.config.from_mapping(settings.flask_settings(config))
    _bind_extensions(app)
    shortcuts.init_app(app, live_api.SHORTCUTS)
    if config.trusted_proxies:
        # outermost, so that sockets too know whose address it is
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for part in (
        # what is added first to answers is done last
        compression,
        *(logs, requests, health, metrics, remembered),
        *(authentication, locale, assets, layout, telling, channels),
    ):
        part.init_app(app)
    happenings.init_app(app, REACTIONS)
    _add_features(app)
    error_pages.init_app(app)
    access.refuse_undeclared_routes(app)
    return app


def _bind_extensions(app: Flask) -> None:
    extensions.db.init_app(app)
    extensions.jwt.init_app(app)
    app.extensions["event_queue"] = EventQueue(app.config["REDIS_URL"])
    app.extensions["events"] = EVENTS
    app.extensions["rooms"] = ROOMS
    app.extensions["sockets"] = {}
    extensions.socketio.init_app(
        app,
        async_mode=app.config["ASYNC_MODE"],
        client_manager=app.extensions["event_queue"],
        cors_allowed_origins=origin_of(app.config["PUBLIC_URL"]),
        # one message of a socket after another: in their order, and no faster than they are done
        async_handlers=False,
        max_http_buffer_size=LARGEST_MESSAGE,
    )
    app.extensions["policy"] = access.Policy()
    app.extensions["job_kinds"] = {
        bulk.KIND: bulk.MarkingJobs(),
        scoping.KIND: bulk.MarkingJobs(),
        uploading.KIND: uploading.ImportJobs(),
        undoing.KIND: undoing.UndoJobs(),
    }
    app.extensions["throttle"] = rate_limit.throttle_on(app.config["REDIS_URL"])
    app.extensions["redis"] = Redis.from_url(app.config["REDIS_URL"], **settings.redis_options())
    last_marks.init_app(app)


def _add_features(app: Flask) -> None:
    openapi.init_app(app, extensions.api)
    people_access.init_app(app, CIRCLES)
    person_panels.init_app(app, PERSON_PANELS)
    policy: access.Policy = app.extensions["policy"]
    for rules in POLICIES:
        policy.add(rules)
    for api in APIS:
        extensions.api.register_blueprint(api, url_prefix=f"/api/v1{api.url_prefix or ''}")
    for pages in PAGES:
        app.register_blueprint(pages)
