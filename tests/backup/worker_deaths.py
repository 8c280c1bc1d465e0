"""Lets a worker that puts something back die at a chosen moment, and the next press finish its work."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import pytest
from flask import Flask

from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.presses import allow_restores, begin, go_on
from b24app.backup.restore.running import put_back
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.world import World
from tests.backup.copied_data import MARINA, Copied, Jobs, give_key, kill_workers, stored
from tests.backup.dying_worker import Killed, dying

MOMENTS = [("before", 4), ("after", 4), ("after", 6), ("after", 7), ("commit", 5)]


@dataclass(frozen=True, slots=True)
class WorkerDeaths:
    """What a death needs: the application, the portals, and what runs the jobs that wait."""

    app: Flask
    world: World
    run_jobs: Jobs

    def finish_after(self, copied: Copied, made: int, moment: str, number: int) -> None:
        """Press, die at the moment, press again until everything is done."""
        with portal_scope(copied.actor.portal_id):
            allow_restores(by=MARINA, at=services().clock.now())
            begin(made, by=MARINA)
            db.session.commit()
        with dying(self.app, self.world, moment, number), suppress(Killed):
            put_back(made)
        db.session.remove()
        kill_workers()
        self.world.clock.advance(minutes=5)
        self.run_jobs()
        for _ in range(3):
            self._press_again(copied, made)
        assert stored(copied, made).state == RestoreState.DONE

    def _press_again(self, copied: Copied, made: int) -> None:
        if stored(copied, made).state == RestoreState.STOPPED:
            with portal_scope(copied.actor.portal_id):
                go_on(made, by=MARINA)
                db.session.commit()
            self.run_jobs()
        if stored(copied, made).state == RestoreState.NEEDS_KEY:
            give_key(copied, made, self.run_jobs)


@pytest.fixture
def deaths(app: Flask, world: World, run_jobs: Jobs) -> WorkerDeaths:
    return WorkerDeaths(app, world, run_jobs)
