"""Actors of the pipeline."""

from collections.abc import Callable

import pytest

from sandbox.world import World
from tests.actors import Actor
from tests.integrators.boards import declare
from tests.integrators.pipelines import Pair, a_pair
from tests.integrators.standard_story import Story, begin_story
from tests.integrators.telling import Telling


@pytest.fixture
def pair(world: World, first_checks: Actor, south: Actor, run_jobs: Callable[[], int]) -> Pair:
    """An integrator whose client gives everything; the client's window is open."""
    return a_pair(world, first_checks, south, run_jobs)


@pytest.fixture
def line(pair: Pair) -> Pair:
    """The same with the pipeline made, and the client's deal in it."""
    assert pair.presses() == 200
    return pair


@pytest.fixture
def story(world: World, first_checks: Actor, south: Actor, run_jobs: Callable[[], int]) -> Story:
    """An integrator whose client gives everything, with a standard of the usual rules."""
    found = begin_story(world, first_checks, south, run_jobs)
    found.standard()
    return found


@pytest.fixture
def telling(world: World, south: Actor, run_jobs: Callable[[], int]) -> Telling:
    """An integrator whose owner is told of the clients; everything that waited before is done."""
    declare(south)
    run_jobs()
    return Telling(world, south, run_jobs)
