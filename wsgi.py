"""The web process: `python wsgi.py [--port N]`. Patching comes before every other import."""

import gc
import os
import warnings

# nothing of what is imported becomes garbage, and looking for it costs a tenth of the start
gc.disable()

ON_EVENTLET = os.environ.get("ASYNC_MODE", "eventlet") == "eventlet"
if ON_EVENTLET:
    # without it psycopg would hold up the hub during every query
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    # known, and weighed in docs/decisions/eventlet-beside-threading.md
    warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
    # names are looked up as the machine does it; eventlet's own resolver takes long to load
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    import eventlet

    eventlet.monkey_patch()

import argparse
import sys

from flask import Flask

from config import Config, UnreadableSetting
from school_erp import create_app
from school_erp.core.garbage import look_seldom
from school_erp.core.settings import UnsafeConfiguration
from school_erp.core.tenancy import UnsafeDatabaseRole, refuse_unsafe_role
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.servers import complete
from school_erp.extensions import db, socketio
from school_erp.realtime import watching

if ON_EVENTLET:
    from school_erp.core.on_hub import stay_a_moment
    from school_erp.realtime.upgrading import serve_lines

    stay_a_moment()


def main() -> None:
    try:
        config = complete(Config.from_environment())
        app = prepare(config)
    except UnreadableSetting as fault:
        sys.exit(f"A setting in the environment is no number: {fault}.")
    except (ServerUnusable, UnsafeConfiguration, UnsafeDatabaseRole) as refusal:
        sys.exit(str(refusal))
    arguments = _arguments(config)
    look_seldom()
    socketio.start_background_task(app.extensions["remembered"].listen, config.database_url)
    if ON_EVENTLET:
        serve_lines(socketio.server)
    watching.start(app)
    socketio.run(
        app,
        host=arguments.host,
        port=arguments.port,
        log_output=False,
        **({} if ON_EVENTLET else {"allow_unsafe_werkzeug": True}),
    )


def prepare(config: Config) -> Flask:
    """The application, once it is known that it is safe to serve."""
    app = create_app(config)
    app.config["ON_EVENTLET"] = ON_EVENTLET
    with app.app_context(), db.engine.connect() as connection:
        refuse_unsafe_role(connection)
    return app


def _arguments(config: Config) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)
    return parser.parse_args()


if __name__ == "__main__":
    main()
