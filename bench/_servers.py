"""A PostgreSQL and a Valkey of a measurement's own, durable as an operator's, which it may kill."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from bench._database import migrate, on
from config import Config
from school_erp.embedded import servers
from school_erp.embedded.identity import identity_of


class OwnServers:
    def __init__(self, place: Path) -> None:
        self.place = place
        self._programs = {each.name: each for each in servers.programs(place, servers.BOTH)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._identity = identity_of(place)

    @property
    def config(self) -> Config:
        addresses = asdict(servers.addresses(self._identity))
        return replace(Config.from_environment(), log_level="WARNING", **addresses)

    def start(self, name: str) -> None:
        with (self.place / f"{name}.log").open("ab") as log:
            self._running[name] = self._programs[name].spawn(log.fileno())
        answers = partial(servers.answers, self._identity, name)
        servers.wait_until(answers, f"{name} did not start; see {self.place}.")

    def end(self, name: str, how: signal.Signals) -> None:
        process = self._running.pop(name)
        process.send_signal(how)
        process.wait(60)

    def freeze(self, name: str, seconds: float) -> None:
        """It takes connections and says nothing."""
        process = self._running[name]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def as_superuser(self, config: Config) -> str:
        """An address of a database of this server, for rows by the million."""
        return on(self._identity.superuser_url, make_url(config.database_url).database or "")

    def prepare(self) -> None:
        servers.prepare(self._identity, may_create_databases=True)
        migrate(self.config)

    def end_all(self) -> None:
        for name in list(self._running):
            self.end(name, self._programs[name].stop_signal)


@contextmanager
def own_servers() -> Iterator[OwnServers]:
    with tempfile.TemporaryDirectory(prefix="school-erp-bench-") as place:
        Path(place).chmod(0o711)
        own = OwnServers(Path(place))
        try:
            for name in servers.BOTH:
                own.start(name)
            own.prepare()
            yield own
        finally:
            own.end_all()
