"""A provider in a process of its own, which may be killed and keeps what it took."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from config import ROOT
from tests.serving import free_port

ACCOUNT, TOKEN = "AC1", "token"
# whatever stands still for so long has ended by the time that counts
HANG_SECONDS = 0.8
# on the way in, and again on the way out
TAKES_SECONDS = 0.01


class ProviderProcess:
    def __init__(self, place: Path, takes_seconds: float = TAKES_SECONDS) -> None:
        self.port, self.mail_port = free_port(), free_port()
        self._outbox = place / "outbox.jsonl"
        self._takes_seconds = takes_seconds
        self.start()

    @property
    def sms_url(self) -> str:
        return f"http://{ACCOUNT}:{TOKEN}@127.0.0.1:{self.port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.mail_port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, str(ROOT / "school_erp/workbench/launch.py"), "provider"),
                *("--port", str(self.port), "--mail-port", str(self.mail_port)),
                *("--outbox", str(self._outbox), "--hang-seconds", str(HANG_SECONDS)),
                *("--takes-seconds", str(self._takes_seconds)),
                *("--account", ACCOUNT, "--token", TOKEN),
            ]
        )
        until = time.monotonic() + 30
        while True:
            try:
                return self._ask("GET", "/")
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def plan(self, *ways: str) -> None:
        self._ask("POST", "/behaviour", json.dumps(ways))

    def taken(self) -> Counter[str]:
        """How often it took each text."""
        sids: dict[str, str] = {}
        for line in self._outbox.read_text().splitlines():
            kept = json.loads(line)
            sids[kept["sid"]] = kept["text"].strip()
        return Counter(sids.values())

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body)
            connection.getresponse().read()
        finally:
            connection.close()
