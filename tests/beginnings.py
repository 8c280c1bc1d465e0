"""Where tests begin: points of the life of `north`, each walked to from the one before it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.test import TestResponse

from b24app.checklist.engine.runs import start_run
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import NORTH, Actor, browser_of
from tests.installation import Applications, Point, do_jobs
from tests.worlds import new_world

# What is done at each point, after everything that was done at the points before it.
LIFE = ("north", "first_checks", "loss")


@dataclass(frozen=True, slots=True)
class Beginnings:
    """The points that tests of one set of settings have asked for so far."""

    settings: Settings
    applications: Applications
    clear_database: Callable[[], None]
    reached: dict[tuple[str, bool], Point] = field(default_factory=dict)

    def reach(self, name: str, *, opened: bool) -> Point:
        """The portal at this point of its life, and then perhaps its administrator on the overview."""
        if (name, opened) not in self.reached:
            before = self._before(name, opened=opened)
            self.reached[name, opened] = self._walk(before, "opened" if opened else name)
            self.clear_database()
        return self.reached[name, opened]

    def _before(self, name: str, *, opened: bool) -> Point | None:
        if opened:
            return self.reach(name, opened=False)
        return self.reach(LIFE[LIFE.index(name) - 1], opened=False) if name != LIFE[0] else None

    def _walk(self, before: Point | None, step: str) -> Point:
        world = before.open_world() if before else new_world()
        app = self.applications.wired(self.settings, world)
        with app.app_context():
            if before is not None:
                before.put_back()
            answer = STEPS[step](app, world)
            point = Point.take(world, answer)
            db.session.remove()
            db.engine.dispose()
        return point


def install(app: Flask, world: World) -> None:
    """The wizard to its end; it queues the first checks."""
    Actor(browser_of(app, world), world.add_portal(NORTH)).installs()


def check(app: Flask, _world: World) -> None:
    """The checks that the wizard queued."""
    do_jobs(app)


def lose(app: Flask, world: World) -> None:
    """A pay system is switched off and a stage is gone; a run sees it."""
    actor = north_of(app, world)
    way = next(row for row in actor.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    actor.portal.switch_off("pay_system", way["ID"])
    stage = next(row for row in actor.portal.tables["status"].all() if row["ENTITY_ID"] == "DEAL_STAGE")
    actor.portal.remove("stage", stage["ID"])
    with portal_scope(actor.portal_id):
        start_run(by=Author(1, "Марина"), at=services().clock.now())
    do_jobs(app)


def open_overview(app: Flask, world: World) -> TestResponse:
    """The administrator opens the application."""
    return north_of(app, world).opens().response


def north_of(app: Flask, world: World) -> Actor:
    portal = world.portal_at(NORTH)
    assert portal is not None
    return Actor(browser_of(app, world), portal)


STEPS: dict[str, Callable[[Flask, World], TestResponse | None]] = {
    "north": install,
    "first_checks": check,
    "loss": lose,
    "opened": open_overview,
}
