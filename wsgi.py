"""The web process: `python wsgi.py [--port N]`. Patching comes before every other import."""

import os
import warnings

ON_EVENTLET = os.environ.get("ASYNC_MODE", "eventlet") == "eventlet"
if ON_EVENTLET:
    # without it psycopg would hold up the hub during every query
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    # known, and weighed in docs/decisions/eventlet-beside-threading.md
    warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()

import argparse

from config import Config
from school_erp import create_app
from school_erp.core.tenancy import refuse_unsafe_role
from school_erp.embedded.servers import complete
from school_erp.extensions import db, socketio


def main() -> None:
    config = complete(Config.from_environment())
    arguments = _arguments(config)
    app = create_app(config)
    app.config["ON_EVENTLET"] = ON_EVENTLET
    with app.app_context(), db.engine.connect() as connection:
        refuse_unsafe_role(connection)
    socketio.start_background_task(app.extensions["remembered"].listen, config.database_url)
    socketio.run(
        app,
        host=arguments.host,
        port=arguments.port,
        log_output=False,
        **({} if ON_EVENTLET else {"allow_unsafe_werkzeug": True}),
    )


def _arguments(config: Config) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)
    return parser.parse_args()


if __name__ == "__main__":
    main()
