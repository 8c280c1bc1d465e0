"""The comparison that pages read: written when a run ends, made anew when rules or facts are others, bounded."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import delete, select, update

from b24app.checklist.engine.runs import start_run
from b24app.comparison import comparison_format, stored_comparison
from b24app.comparison.compare import Comparison, Difference
from b24app.comparison.comparison_format import dump_comparison, load_comparison
from b24app.comparison.expected_objects import load_state
from b24app.comparison.model import ExpectedObjects, RunComparison
from b24app.comparison.object_changes import changes_of
from b24app.comparison.resource import Resource, load_resources
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db, portal_scope
from b24app.services import services
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]


def now() -> datetime:
    return services().clock.now()


def a_run(run_jobs: Jobs) -> int:
    run_id = start_run(at=now(), kind="daily")
    run_jobs()
    return run_id


def test_the_kept_comparison_is_read_and_not_made_anew(
    north: Actor, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        north.portal.remove("pay_system", 3)
        a_run(run_jobs)
        made = compare_with_baseline()
        db.session.commit()
        monkeypatch.setattr(stored_comparison, "facts_of_run", None)  # nothing is read of the facts
        assert made is not None
        kept = compare_with_baseline()
        assert kept is not None
        assert kept.lines == made.lines


@pytest.mark.parametrize("row", [{"stands_on": "older"}, {"content": b"{"}, {"content": b'{"lines": 7}'}])
def test_a_comparison_by_other_rules_is_made_anew(
    north: Actor, run_jobs: Jobs, row: dict[str, object]
) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        north.portal.remove("pay_system", 3)
        a_run(run_jobs)
        made = compare_with_baseline()
        db.session.execute(update(RunComparison).values(**row))
        db.session.commit()
        assert made is not None
        again = compare_with_baseline()
        assert again is not None
        assert again.lines == made.lines


def test_rows_of_the_last_release_are_compared(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        north.portal.remove("pay_system", 3)
        a_run(run_jobs)
        db.session.execute(delete(RunComparison))
        db.session.execute(delete(ExpectedObjects))
        db.session.commit()
        view = compare_with_baseline()
        assert view is not None
        assert [line.change.key for line in view.of(Difference.LOST)] == ["3"]
        a_run(run_jobs)
        later = compare_with_baseline()
        assert later is not None
        assert [line.change.key for line in later.of(Difference.LOST)] == ["3"]


def test_what_another_release_kept_in_another_shape_begins_from_the_baseline(
    north: Actor, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        row = db.session.scalars(select(ExpectedObjects)).one()
        whole = load_state(row.content)
        row.content = row.content.replace(b'"1:', b'"0:', 5)
        assert len(load_state(row.content)) == len(whole) - 5
        db.session.commit()
        north.portal.remove("pay_system", 3)
        a_run(run_jobs)
        view = compare_with_baseline()
        assert view is not None
        assert [line.change.key for line in view.of(Difference.LOST)] == ["3"]


def test_a_long_comparison_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = load_resources()["pay_system"]
    lost = changes_of(kind, {str(number): Resource(f"{number}", "", {}) for number in range(30)}, {})
    monkeypatch.setattr(comparison_format, "MOST_LINES", 20)
    found = load_comparison(dump_comparison(Comparison(tuple(lost), {})))
    assert found is not None
    assert (len(found.changes), found.more) == (20, 10)
