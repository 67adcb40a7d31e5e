from __future__ import annotations

import argparse
from pathlib import Path
from threading import Thread

from school_erp.workbench.provider.behaviour import Behaviour
from school_erp.workbench.provider.mail import MailServer
from school_erp.workbench.provider.outbox import Outbox
from school_erp.workbench.provider.web import Provider


def serve(arguments: list[str]) -> int:
    """Until it is ended."""
    asked = _asked(arguments)
    outbox, behaviour = Outbox(asked.outbox), Behaviour(asked.hang_seconds, asked.takes_seconds)
    mail = MailServer(outbox, behaviour, port=asked.mail_port)
    Thread(target=mail.serve_forever, daemon=True).start()
    Provider(
        outbox, behaviour, port=asked.port, account=asked.account, token=asked.token
    ).serve_forever()
    return 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A provider that sends nothing.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mail-port", type=int, default=0)
    parser.add_argument("--outbox", type=Path)
    parser.add_argument("--account", default="AC1")
    parser.add_argument("--token", default="token")
    parser.add_argument("--hang-seconds", type=float, default=30)
    parser.add_argument("--takes-seconds", type=float, default=0)
    return parser.parse_args(arguments)
