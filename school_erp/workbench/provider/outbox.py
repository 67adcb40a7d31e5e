from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock


@dataclass(frozen=True)
class Kept:
    sid: str
    channel: str
    sender: str
    to: str
    text: str
    status: str
    at: str
    subject: str = ""
    callback: str = ""
    error_code: int | None = None


class Outbox:
    """What was taken is on the disk before it is said to be, as with any provider."""

    def __init__(self, path: Path | None = None) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = Lock()
        self._file = None
        if path is not None:
            self._read(path)
            self._file = path.open("a", encoding="utf-8")

    def take(
        self, channel: str, sender: str, to: str, text: str, subject: str = "", callback: str = ""
    ) -> Kept:
        at = dt.datetime.now(dt.UTC).isoformat()
        sid = f"SM{secrets.token_hex(16)}"
        kept = Kept(sid, channel, sender, to, text, "queued", at, subject, callback)
        self._write(kept)
        return kept

    def move(self, sid: str, status: str, error_code: int | None = None) -> None:
        self._write(replace(self._kept[sid], status=status, error_code=error_code))

    def all(self) -> list[Kept]:
        """Newest first."""
        with self._lock:
            return list(self._kept.values())[::-1]

    def find(self, sid: str) -> Kept | None:
        return self._kept.get(sid)

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _write(self, kept: Kept) -> None:
        with self._lock:
            self._kept[kept.sid] = kept
            if self._file:
                self._file.write(json.dumps(asdict(kept), ensure_ascii=False) + "\n")
                self._file.flush()
                os.fsync(self._file.fileno())

    def _read(self, path: Path) -> None:
        """Whoever was killed in the middle of a line did not say that it was taken."""
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for line in lines:
            try:
                kept = Kept(**json.loads(line))
            except ValueError:
                continue
            self._kept[kept.sid] = kept
