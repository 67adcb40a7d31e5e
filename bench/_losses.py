"""What screens miss or hear twice while a process or Redis is killed."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from flask import Flask

import school_erp
from bench._living_school import happen, school_of, serving, token
from bench._screens import Line, close, lost_and_doubled, open_all, pump
from bench._servers import own_servers
from config import Config
from school_erp.extensions import db
from tests.serving import free_port
from tests.world import World


def killed_again_and_again(app: Flask, config: Config, log: Path, kills: int) -> None:
    world, port, enough = school_of(app, config), free_port(), Event()
    asked = token(app, world)
    happened: list[float] = []
    lines = [Line(port, asked, f"institution:{world.school_id}") for _ in range(200)]
    events = Thread(target=happen_often, args=(app, world, enough, happened))
    events.start()
    try:
        for number in range(kills + 1):
            with serving(config, port, log):
                for line in lines:
                    close(line)
                    line.open()
                pump(lines, 0.5)
                if number == kills:
                    enough.set()
                    events.join()
                    for line in lines:
                        line.catch_up()
    finally:
        enough.set()
    missed, twice = lost_and_doubled(lines, len(happened))
    print(
        f"{kills} kills, 200 sockets, {len(happened)} events each: {missed} missed, {twice} twice",
        flush=True,
    )


def without_redis(seconds: float) -> None:
    """Screens through an outage, asking now and then while they are cut off, as a page does."""
    with own_servers() as own:
        app = school_erp.create_app(replace(own.config, async_mode="threading", testing=True))
        world, enough = school_of(app, own.config), Event()
        with serving(own.config, free_port(), own.place / "web.log") as (port, _):
            asked = token(app, world)
            lines = [Line(port, asked, f"institution:{world.school_id}") for _ in range(200)]
            open_all(lines)
            happened: list[float] = []
            events = Thread(target=happen_often, args=(app, world, enough, happened))
            events.start()
            pump(lines, 2)
            own.end("valkey", signal.SIGKILL)
            ask_meanwhile(lines, seconds)
            own.start("valkey")
            back, due = time.monotonic(), len(happened)
            right = until_right(lines, due) - back
            pump(lines, 3)
            enough.set()
            events.join()
            until_right(lines, len(happened))
        with app.app_context():
            db.engine.dispose()
    missed, twice = lost_and_doubled(lines, len(happened))
    print(
        f"Redis killed for {seconds:.0f} s, 200 sockets, {len(happened)} events each: "
        f"{missed} missed, {twice} twice; all right {right:.1f} s after it was back",
        flush=True,
    )


def ask_meanwhile(lines: list[Line], seconds: float) -> None:
    """Each by itself, every eight seconds."""
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        for line in lines[turn::80]:
            line.ask()
        turn = (turn + 1) % 80
        pump(lines, 0.1)


def until_right(lines: list[Line], due: int) -> float:
    """As pages do, each by itself: told that something was missed, it asks."""
    while any(line.seq < due for line in lines):
        for line in lines:
            if line.told_to_catch_up:
                line.told_to_catch_up = False
                line.ask()
        pump(lines, 0.1)
    return time.monotonic()


def happen_often(app: Flask, world: World, enough: Event, happened: list[float]) -> None:
    while not enough.wait(0.25):
        happen(app, world)
        happened.append(time.monotonic())
