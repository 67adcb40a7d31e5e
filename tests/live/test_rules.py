"""Codes, claims and distances, without a school."""

from __future__ import annotations

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.core.ids import new_id
from school_erp.live.rules.claims import LASTS, claim_on, read_claim, write_claim
from school_erp.live.rules.codes import (
    ALPHABET,
    Step,
    read_token,
    read_typed_code,
    token_of,
    typed_code_of,
    typed_step,
)
from school_erp.live.rules.places import Fence, Location, distance, is_too_fast

moments = st.integers(1_580_000_000_000, 3_700_000_000_000).map(
    lambda thousandths: dt.datetime.fromtimestamp(thousandths / 1000, dt.UTC)
)
keys, seconds = st.binary(min_size=32, max_size=32), st.integers(3, 60)
places = st.builds(Location, st.floats(-90, 90), st.floats(-180, 180))


@given(keys, moments, seconds, st.integers(-10_000, 10_000))
def test_a_token_holds_in_its_step_and_the_next(
    key: bytes, moment: dt.datetime, length: int, off: int
) -> None:
    step = Step.at(moment, length)
    assert read_token(key, token_of(key, step)) == step
    later = moment + dt.timedelta(seconds=off)
    assert step.holds_at(later) == (0 <= Step.at(later, length).number - step.number <= 1)
    assert 0 < step.milliseconds_left(moment) <= length * 1000
    assert step.began_at <= moment < step.ended_at


@given(keys, keys, moments, st.text(string.printable, max_size=40))
def test_nothing_but_our_own_key_makes_a_code(
    ours: bytes, theirs: bytes, moment: dt.datetime, noise: str
) -> None:
    step = Step.at(moment, 8)
    forged = token_of(theirs, step)
    assert (read_token(ours, forged) is None) == (ours != theirs)
    assert read_token(ours, noise) is None
    assert read_token(ours, f"0.{step.number}.{'A' * 16}") is None
    moved = token_of(ours, step).replace(f".{step.number}.", f".{step.number + 1}.")
    assert read_token(ours, moved) is None


@given(keys, moments, seconds)
def test_a_typed_code_is_read_as_people_write_it(
    key: bytes, moment: dt.datetime, length: int
) -> None:
    step = typed_step(moment, length)
    code = typed_code_of(key, step)
    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    for written in (code, code.lower(), f" {code[:3]}-{code[3:]} "):
        assert read_typed_code(key, written, moment, length) == step
    after = moment + dt.timedelta(seconds=5 * length)
    assert read_typed_code(key, code, after, length) == step
    # in a step after that, the same letters can only come by chance
    later = typed_step(moment + dt.timedelta(seconds=10 * length), length)
    assert later.number - step.number == 2
    assert read_typed_code(key, "é", moment, length) is None


@given(keys, moments, st.text(max_size=20), st.text(max_size=20))
def test_a_claim_is_its_holders(key: bytes, moment: dt.datetime, holder: str, other: str) -> None:
    claim = claim_on(moment, moment, new_id())
    text = write_claim(key, holder, claim)
    assert read_claim(key, holder, text) == claim
    assert claim.expires_at - claim.seen_at == LASTS
    assert (read_claim(key, other, text) is None) == (holder != other)
    longer = text.replace(f".{int(claim.expires_at.timestamp())}.", ".99999999999.")
    assert read_claim(key, holder, longer) is None
    assert read_claim(key, holder, "") is None


@given(places, places)
def test_it_is_as_far_there_as_back(here: Location, there: Location) -> None:
    assert distance(here, there) == pytest.approx(distance(there, here), abs=0.01)
    assert 0 <= distance(here, there) < 20_100_000


def test_distances_are_those_of_the_earth() -> None:
    london, paris = Location(51.5074, -0.1278), Location(48.8566, 2.3522)
    assert distance(london, paris) == pytest.approx(343_500, rel=0.01)
    fence = Fence(london, 100)
    assert fence.leaves_out(paris)
    assert not fence.leaves_out(Location(51.5081, -0.1278))
    assert fence.leaves_out(Location(51.5100, -0.1278))
    # a phone that is not sure is believed, but for no more than the fence is wide
    assert not fence.leaves_out(Location(51.5090, -0.1278, accuracy=500))
    assert fence.leaves_out(Location(51.5100, -0.1278, accuracy=5_000))
    noon = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
    assert is_too_fast(london, noon, paris, noon + dt.timedelta(minutes=30))
    assert not is_too_fast(london, noon, paris, noon + dt.timedelta(hours=2))
