"""What one request and one job ask of the database: what a portal is described by is read once, and anew after a write."""

import re
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import update

from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.terms import model
from b24app.terms.paid_terms import find_paid_term, list_paid_terms, set_paid_term
from b24app.terms.policy import read_policy
from b24app.terms.profile import change_profile, get_profile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.statements import statements
from tests.terms.conftest import other, portal, portals

__all__ = ["other", "portal", "portals"]

PAGES = (
    "/renewal", "/shop", "/money", "/money/plan", "/money/rules", "/money/documents", "/settings/reminders", "/settings", "/money/terms",
)  # fmt: skip
CONTEXT = (
    "license_profile", "fact_override", "clock", "renewal_case", "stage_mark", "role_person", "employment",
    "pulse", "ladder_setting", "channel",
)  # fmt: skip
MARINA = Author(1, "Marina")


def tables_of(found: list[str]) -> Counter[str]:
    return Counter(table for one in found for table in re.findall(r"(?:FROM|UPDATE|INTO) (\w+)", one))


@pytest.fixture
def story(first_checks: Actor) -> Actor:
    with portal_scope(first_checks.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        set_paid_term("marketplace", date(2027, 1, 23), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    return first_checks


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_what_describes_the_portal_once(story: Actor, north_admin: Opened, page: str) -> None:
    db.session.remove()
    with statements() as found:
        assert north_admin.get(page).status_code == 200
    again = {table: times for table, times in tables_of(found).items() if table in CONTEXT and times > 1}
    assert found
    assert again == {}
    assert sum("portal.application_token" in one for one in found) <= 1  # the whole row of the portal


def test_what_was_written_is_read_at_once(portal: Portal) -> None:
    assert get_profile().route == "portal"
    change_profile(by=MARINA, at=DAY_OF_THE_STORY, route="partner")
    assert get_profile().route == "partner"


def test_what_was_not_flushed_yet_is_read_too(portal: Portal) -> None:
    set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
    assert len(list_paid_terms()) == 1
    db.session.add(
        model.PaidTerm(kind="site", title="", source="person", said_by="Marina", said_at=DAY_OF_THE_STORY)
    )
    assert len(list_paid_terms()) == 2


def test_an_update_without_a_flush_is_seen(portal: Portal) -> None:
    change_profile(by=MARINA, at=DAY_OF_THE_STORY, route="partner")
    assert get_profile().route == "partner"
    db.session.execute(update(model.LicenseProfile).values(route="site"))
    assert get_profile().route == "site"


def test_a_rollback_forgets_what_was_read(portal: Portal) -> None:
    db.session.commit()
    change_profile(by=MARINA, at=DAY_OF_THE_STORY, route="partner")
    assert get_profile().route == "partner"
    db.session.rollback()
    assert get_profile().route == "portal"


def test_the_end_of_a_savepoint_forgets_what_was_read(portal: Portal) -> None:
    db.session.commit()
    with db.session.begin_nested() as savepoint:
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, route="partner")
        assert get_profile().route == "partner"
        savepoint.rollback()
    assert get_profile().route == "portal"


def test_another_portal_never_sees_what_the_first_has_read(portal: Portal, other: Portal) -> None:
    set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
    mine = list_paid_terms()
    with portal_scope(other.id):
        assert list_paid_terms() == ()
        assert find_paid_term("plan") is None
    assert list_paid_terms() == mine


def test_nothing_is_kept_for_the_next_transaction(portal: Portal) -> None:
    first = get_profile()
    assert get_profile() is first
    db.session.commit()
    with statements() as found:
        get_profile()
    assert tables_of(found)["license_profile"] == 1


def test_the_rules_are_read_once_for_the_whole_process() -> None:
    assert read_policy("cloud", "ru") is read_policy("cloud", "ru")
    assert read_policy("cloud", "ru") is not read_policy("cloud", "de")


@pytest.mark.usefixtures("loss")
def test_a_page_reads_the_kept_comparison_and_no_facts(first_checks: Actor) -> None:
    with portal_scope(first_checks.portal_id), statements() as found:
        view = compare_with_baseline()
    assert view is not None
    assert view.lines
    assert "kept_fact" not in tables_of(found)
    assert tables_of(found)["run_comparison"] == 1
    with portal_scope(first_checks.portal_id + 1):
        assert compare_with_baseline() is None
