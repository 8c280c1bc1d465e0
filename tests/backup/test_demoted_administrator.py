"""Who lost his rights while a page was open takes no data out of the portal: the portal itself is asked."""

import pytest
from sqlalchemy import select

from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.model import BackupCopy, BackupPlan
from b24app.database import db, portal_scope
from tests.actors import Actor

KEY = public_key_of(throw_away_identity())
PRESSES = {
    "/copy/key": {"recipient": KEY, "kept": "yes"},
    "/copy/key/second": {"second_recipient": KEY},
    "/copy/target": {"kind": "download"},
    "/copy/target/forget": {},
    "/copy/contents": {"part": "files", "state": "on"},
    "/copy/start": {},
}


@pytest.mark.parametrize("path", PRESSES)
def test_who_is_no_administrator_any_more_changes_nothing_of_the_copy(south: Actor, path: str):
    page = south.opens()
    south.portal.admin.admin = False
    assert page.post(path, **PRESSES[path]).status_code == 403
    with portal_scope(south.portal_id):
        plan = db.session.scalar(select(BackupPlan))
        assert plan is None or (plan.recipient, plan.second_recipient, plan.with_files) == ("", "", False)
        assert db.session.scalar(select(BackupCopy)) is None


def test_who_is_an_administrator_still_keeps_his_key(south: Actor):
    assert south.opens().post("/copy/key", **PRESSES["/copy/key"]).status_code == 200
    with portal_scope(south.portal_id):
        assert db.session.scalars(select(BackupPlan)).one().recipient == KEY


def test_a_portal_that_cannot_answer_lets_nobody_change_the_key(south: Actor):
    page = south.opens()
    south.portal.refuse_next("INTERNAL_SERVER_ERROR", times=None, method="profile")
    assert page.post("/copy/key", **PRESSES["/copy/key"]).status_code >= 500
    with portal_scope(south.portal_id):
        plan = db.session.scalar(select(BackupPlan))
        assert plan is None or plan.recipient == ""
