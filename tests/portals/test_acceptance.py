"""Acceptance of the documents: one press in the wizard, once more when they change materially, and never in anybody's way."""

import pytest
from sqlalchemy import delete, select, update

from b24app.database import db, every_portal, portal_scope
from b24app.legal.document_acceptance import list_acceptances
from b24app.legal.legal_documents import LICENCE, PRIVACY, SHOWN, covers, edition_of
from b24app.legal.model import DocumentAcceptance
from sandbox.world import World
from tests.actors import Actor, shown_documents
from tests.integrators.looking import looks_after

ASKED = "documents-note"


def rows(actor: Actor) -> list[DocumentAcceptance]:
    db.session.expire_all()
    with every_portal():
        mine = select(DocumentAcceptance).where(DocumentAcceptance.portal_id == actor.portal_id)
        return list(db.session.scalars(mine.order_by(DocumentAcceptance.id)))


def of_the_last_release(actor: Actor) -> None:
    """A portal whose administrator was never asked."""
    with portal_scope(actor.portal_id):
        db.session.execute(delete(DocumentAcceptance))
        db.session.commit()


def accepted_once(actor: Actor, version: str) -> None:
    """All that this portal has accepted is another version of the agreement."""
    with portal_scope(actor.portal_id):
        db.session.execute(update(DocumentAcceptance).values(licence_version=version))
        db.session.commit()


def test_the_first_press_of_the_wizard_accepts_what_stands_beside_it(stranger: Actor, world: World):
    stranger.portal.add_application(next(iter(world.applications.values())))
    wizard = stranger.opens(lang="en")
    assert "Accept and continue" in wizard.text
    assert "/legal/licence?lang=en" in wizard.text
    assert "/legal/privacy?lang=en" in wizard.text
    assert rows(stranger) == []
    wizard.post("/install/bind", documents=shown_documents(wizard.text))
    (row,) = rows(stranger)
    assert (row.user_id, row.licence_version, row.privacy_version, row.language) == (
        stranger.portal.admin.id, LICENCE.version, PRIVACY.version, "en",
    )  # fmt: skip
    assert row.accepted_at == world.clock.now()
    assert "The company has accepted the documents:" in wizard.post("/install/what").text


def test_a_page_that_showed_no_documents_installs_and_accepts_nothing(stranger: Actor, world: World):
    """A page of the last release was open while the new one came; he is asked in the application then."""
    stranger.portal.add_application(next(iter(world.applications.values())))
    wizard = stranger.opens()
    assert wizard.post("/install/bind").status_code == 200
    assert wizard.post("/install/bind", documents="0.9 0.9").status_code == 200
    wizard.post("/install/done")
    assert rows(stranger) == []
    assert ASKED in stranger.opens().get("/shop").text


def test_whoever_has_accepted_is_asked_no_more(first_checks: Actor):
    opened = first_checks.opens()
    assert len(rows(first_checks)) == 1
    assert ASKED not in opened.text
    assert ASKED not in opened.get("/settings/data").text


def test_an_install_of_the_last_release_is_asked_in_place_and_keeps_working(first_checks: Actor):
    of_the_last_release(first_checks)
    opened = first_checks.opens(lang="en")
    for path in ("/renewal", "/shop", "/money", "/copy", "/settings"):
        page = opened.get(path)
        assert page.status_code == 200
        assert ASKED in page.text
        assert "has not accepted yet" in page.text
    answer = opened.post("/settings/data/accept", documents=shown_documents(opened.get("/shop").text))
    assert answer.status_code == 200
    assert ASKED not in answer.text
    assert len(rows(first_checks)) == 1
    assert ASKED not in opened.get("/shop").text


def test_a_second_press_adds_nothing(first_checks: Actor):
    opened = first_checks.opens()
    assert opened.post("/settings/data/accept", documents=SHOWN).status_code == 200
    assert len(rows(first_checks)) == 1


@pytest.mark.parametrize("shown", ["", "2.0 1.0", "1.0", "x" * 5000])
def test_what_the_page_did_not_show_is_not_accepted_but_shown_anew(first_checks: Actor, shown: str):
    of_the_last_release(first_checks)
    answer = first_checks.opens().post("/settings/data/accept", documents=shown)
    assert ASKED in answer.text
    assert rows(first_checks) == []


def test_a_material_change_is_asked_for_once_more_and_the_earlier_row_stays(first_checks: Actor):
    accepted_once(first_checks, "0.7")
    opened = first_checks.opens(lang="en")
    page = opened.get("/settings/data").text
    assert "The documents have changed." in page
    assert "The documents have changed." in opened.get("/shop").text
    answer = opened.post("/settings/data/accept", documents=shown_documents(page), here="yes")
    assert "The documents have changed." not in answer.text
    assert [row.licence_version for row in rows(first_checks)] == ["0.7", LICENCE.version]


@pytest.mark.parametrize("version", [f"{LICENCE.edition}.9", f"{LICENCE.edition + 1}.0"])
def test_a_change_of_words_alone_asks_nobody_and_neither_does_a_way_back(first_checks: Actor, version: str):
    accepted_once(first_checks, version)
    assert ASKED not in first_checks.opens().get("/shop").text


def test_a_version_that_cannot_be_read_holds_for_nothing():
    assert covers("2.0", "3.1")
    assert not covers("x", "1.0")
    assert [edition_of(text) for text in ("1.0", "12.4", "", "x.1", "²", "9" * 20)] == [1, 12, 0, 0, 0, 0]


def test_the_settings_tell_who_accepted_what_and_when(first_checks: Actor):
    page = first_checks.opens(lang="en").get("/settings/data").text
    assert first_checks.portal.admin.full_name in page
    assert "licence agreement 1.0, privacy policy 1.0, language" in page
    with portal_scope(first_checks.portal_id):
        assert len(list_acceptances()) == 1


def test_a_portal_accepts_for_itself_alone(first_checks: Actor, south: Actor):
    of_the_last_release(south)
    first_checks.opens().post("/settings/data/accept", documents=SHOWN)
    assert rows(south) == []


def test_an_employee_accepts_nothing_and_is_not_asked(first_checks: Actor):
    of_the_last_release(first_checks)
    employee = next(user for user in first_checks.portal.users if not user.admin and user.active)
    opened = first_checks.opens(user=employee)
    assert ASKED not in opened.text
    assert opened.post("/settings/data/accept", documents=SHOWN).status_code == 403
    assert rows(first_checks) == []


def test_an_integrator_neither_sees_the_question_of_his_client_nor_answers_it(
    first_checks: Actor, south: Actor
):
    of_the_last_release(first_checks)
    looking = looks_after(south, first_checks)
    looking.opens()
    assert looking.ask("POST", "/settings/data/accept").status_code == 403
    assert ASKED not in looking.ask("GET", "/renewal").text
    assert rows(first_checks) == []


def test_mailing_has_a_consent_of_its_own_and_hangs_on_nothing(first_checks: Actor):
    """Accepting the documents names no address; an address is written to after its owner's own press (tests/renewal/test_reach.py)."""
    from b24app.reminders.outside_addresses import list_addresses

    with portal_scope(first_checks.portal_id):
        assert list_addresses() == ()
    assert len(rows(first_checks)) == 1


def test_rows_are_never_changed(first_checks: Actor, world: World):
    """Removed and installed again with its data kept: what was accepted stands, with its moment of then."""
    (before,) = rows(first_checks)
    moment = before.accepted_at
    world.clock.advance(days=2)
    first_checks.installs()
    assert [row.accepted_at for row in rows(first_checks)] == [moment]
