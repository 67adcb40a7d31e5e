from __future__ import annotations

import psycopg

from config import Config
from tests.cli.conftest import Operator
from tests.jobs.conftest import wait_for
from tests.world import World


def test_an_operator_gives_a_school_its_rules_and_codes_once(
    operator: Operator, world: World
) -> None:
    words = ("attendance", "found", "--school", world.slug, "--mode", "DAILY")
    done = operator(*words, "--pack", "england-2024", "--sessions", "2")
    assert done.exit_code == 0, done.output
    assert "takes attendance by daily, with the codes of england-2024" in done.output
    again = operator(*words, "--pack", "simple")
    assert again.exit_code == 1
    assert "already chosen" in again.output


def test_a_whole_trail_is_said_to_hold_and_an_altered_one_fails_the_command(
    operator: Operator, world: World, servers: Config
) -> None:
    words = ("--school", world.slug)
    found = operator("attendance", "found", *words, "--mode", "PERIOD", "--pack", "simple")
    assert found.exit_code == 0, found.output
    # what another transaction on the server might still come before is not sealed yet
    wait_for(lambda: ": 0 entries" not in operator("audit", "seal", *words).output)
    held = operator("audit", "verify", *words)
    assert held.exit_code == 0, held.output
    noted = held.output.strip().rpartition(" ")[2]
    assert "entries hold, the last link is 1:" in held.output
    assert operator("audit", "verify", *words, "--noted", noted).exit_code == 0
    gone = operator("audit", "verify", *words, "--noted", f"9{noted}")
    assert (gone.exit_code, "BROKEN in link 91: the link is gone" in gone.output) == (1, True)
    assert operator("audit", "verify", "--noted", noted).exit_code == 1
    assert operator("audit", "verify", *words, "--noted", "1:nothing").exit_code == 2
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute("UPDATE audit_seal SET hash = 'x'")
        sealed = owner.execute("SELECT count(*) FROM audit_seal").fetchone()
    broken = operator("audit", "verify", *words)
    assert sealed == (1,), "another transaction on the server kept the entry from being sealed"
    assert broken.exit_code == 1
    assert "BROKEN in link 1: the chain itself was altered" in broken.output


def test_a_school_nobody_knows_is_said_so(operator: Operator) -> None:
    said = operator("audit", "verify", "--school", "nowhere")
    assert said.exit_code == 1
    assert "There is no school “nowhere”" in said.output
