"""A short seeded part of `python -m bench.fuzz`: hostile requests over every rule bring no route down."""

from random import Random

import pytest
from flask import Flask

from bench.fuzz import Tally, fuzz
from bench.fuzz_attacks import KINDS
from bench.fuzz_world import arm
from tests.actors import Actor, Opened

pytestmark = pytest.mark.cases

REQUESTS = 150


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # spools of bodies cut in the middle
@pytest.mark.parametrize("seed", [7])
def test_hostile_requests_are_answered(app: Flask, loss: Opened, north: Actor, south: Actor, seed: int):
    tally = Tally()
    arsenal = arm(app, north.client, north, south, Random(seed))
    fuzz(app, north.client, arsenal, REQUESTS, tally)
    assert tally.statuses.total() == REQUESTS
    assert {kind for kind, _status in tally.kinds} == set(KINDS)
    assert not tally.falls, tally.samples
