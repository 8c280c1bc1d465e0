"""One shop of the sandbox with the whole application installed in it: time goes by, things break, the checks run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr

from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.outside_checks import Seen
from b24app.checklist.engine.runs import choose_baseline, chosen_baseline, get_run, start_run
from b24app.checklist.questions.answers import RegisterDraft, answer_question, register_application
from b24app.comparison.stored_comparison import ComparisonView, compare_with_baseline
from b24app.database import Base, db, portal_scope
from b24app.guard import Guard, Place
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import NORTH, Actor, browser_of
from tests.installation import Applications, Point, do_jobs
from tests.story import OPERATOR
from tests.worlds import CLIENT_ID, CLIENT_SECRET, new_world

MARINA = Author(1, "Марина")
COUNTERS = "900000001 900000002 G-SANDBOX001"
PLAN_ENDS, MARKETPLACE_ENDS = date(2027, 3, 1), date(2027, 6, 1)


@dataclass
class Shop:
    """What a situation may do, and what the application says afterwards."""

    app: Flask
    world: World
    actor: Actor
    portal_id: int
    pages: dict[str, Seen | Exception] = field(default_factory=dict)
    baseline_id: int | None = None

    @property
    def portal(self) -> Portal:
        """The portal in the sandbox: `tables`, `switch_off`, `remove`, `dismiss`, `renew` …"""
        return self.actor.portal

    @property
    def now(self) -> datetime:
        """The present moment of sandbox and application."""
        return self.world.clock.now()

    def advance(self, **span: float) -> None:
        """Let time go by; orders come meanwhile as they do in the sandbox."""
        self.world.clock.advance(**span)

    def take_baseline(self) -> int:
        """Run the checks and compare with this run from now on."""
        run_id = self.run()
        with self._inside():
            choice = chosen_baseline()
            if choice is None or choice.run_id != run_id:
                choose_baseline(run_id, at=self.now, by=MARINA)
        self.baseline_id = run_id
        return run_id

    def run(self, kind: str = "manual") -> int:
        """Run the checks to their end, as the worker does."""
        with self._inside():
            do_jobs(self.app)
            run_id = start_run(at=self.now, kind=kind, by=MARINA if kind == "manual" else None)
            do_jobs(self.app)
            state = get_run(run_id).state
        if state not in {"done", "refused"}:
            msg = f"the run ended as {state}"
            raise RuntimeError(msg)
        return run_id

    def rows(self, run_id: int) -> dict[str, CheckView]:
        """All rows of the page of checks over a run, questions among them, by code."""
        with self._inside():
            view = checklist_view(get_run(run_id))
            return {row.code: row for area in view.areas for row in area.checks}

    def comparison(self, run_id: int) -> ComparisonView | None:
        """The comparison of a run with the baseline."""
        with self._inside():
            return compare_with_baseline(run_id)

    def set_term(self, kind: str, ends_on: date | None) -> None:
        """The administrator writes down when something ends: `plan`, `marketplace` …"""
        with self._inside():
            set_paid_term(kind, ends_on, by=MARINA, at=self.now)

    def answer(self, code: str, outcome: str = "yes", value: str = "") -> None:
        """The administrator answers a question."""
        with self._inside():
            answer_question(code, outcome, by=MARINA, at=self.now, value=value)

    def register(self, draft: RegisterDraft) -> None:
        """The administrator writes an application or webhook into the register."""
        with self._inside():
            register_application(draft, by=MARINA, at=self.now)

    def page(self, host: str, found: Seen | Exception) -> None:
        """What our server sees from now on when it looks at a public address."""
        self.pages[host] = found

    def visit(self, _guard: Guard, place: Place, ask_page: bool) -> Seen:
        """The wire to public addresses: a page with the shop's counters unless a situation says otherwise."""
        found = self.pages.get(place.host) or Seen(
            self.now + timedelta(days=90), 200 if ask_page else None, COUNTERS
        )
        if isinstance(found, Exception):
            raise found
        return found

    @contextmanager
    def _inside(self) -> Iterator[None]:
        with self.app.app_context(), portal_scope(self.portal_id):
            yield
            db.session.commit()


@dataclass
class Street:
    """Opens one shop after another; what they all begin with is walked through once."""

    settings: Settings
    applications: Applications = field(default_factory=lambda: Applications({}))
    reached: dict[str, Point] = field(default_factory=dict)

    @contextmanager
    def open(self, *, checked: bool) -> Iterator[Shop]:
        """A healthy shop in which all is answered; `checked`: its baseline is taken."""
        point = self._reach("checked" if checked else "installed")
        with self._stand(point) as shop:
            if checked:
                with shop._inside():  # noqa: SLF001 - the same module
                    choice = chosen_baseline()
                    shop.baseline_id = choice.run_id if choice else None
            yield shop

    def _reach(self, name: str) -> Point:
        if name not in self.reached:
            before = self._reach("installed") if name == "checked" else None
            with self._stand(before) as shop:
                BEGIN[name](shop)
                with shop.app.app_context():
                    self.reached[name] = Point.take(shop.world)
        return self.reached[name]

    @contextmanager
    def _stand(self, point: Point | None) -> Iterator[Shop]:
        world = point.open_world() if point else new_world()
        app = self.applications.wired(self.settings, world)
        with app.app_context():
            Base.metadata.drop_all(db.engine)
            db.engine.dispose()
            if point is None:
                Base.metadata.create_all(db.engine)
            else:
                point.put_back()
        actor = Actor(browser_of(app, world), world.portal_at(NORTH) or world.add_portal(NORTH))
        if point is None:
            actor.installs()
        with app.app_context():
            shop = Shop(app, world, actor, actor.portal_id)
        app.extensions["services"] = replace(app.extensions["services"], visit_site=shop.visit)
        yield shop
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _answer_all(shop: Shop) -> None:
    """Everything that only people know is known, as in a shop that has used the application for a while."""
    shop.set_term("plan", PLAN_ENDS)
    shop.set_term("marketplace", MARKETPLACE_ENDS)
    shop.answer("ask_backup", value=shop.now.date().isoformat())


def _take_baseline(shop: Shop) -> None:
    shop.take_baseline()


BEGIN: dict[str, Callable[[Shop], None]] = {"installed": _answer_all, "checked": _take_baseline}


@contextmanager
def open_street(folder: Path | None = None) -> Iterator[Street]:
    """A street on a database file of its own."""
    with TemporaryDirectory() as own:
        settings = Settings(
            _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET), secret_key=SecretStr("x" * 40),
            seal_keys=(SecretStr(Fernet.generate_key().decode()),),
            database_url=f"sqlite:///{folder or own}/truth.sqlite3", look_outside=True, log_level="error",
        )  # fmt: skip
        yield Street(settings)
