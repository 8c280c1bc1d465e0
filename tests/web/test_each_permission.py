"""Each permission in turn is not granted: every page opens, what needs it is unknown with its reason, nothing else turns worse."""

from collections.abc import Callable
from html import escape

import pytest

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.fact import FACTS, REASON_TEXTS, Facts, Reason
from b24app.checklist.engine.runs import facts_of_run, latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.database import db, portal_scope
from b24app.manifest import Permission, read_manifest
from tests.actors import Actor
from tests.integrators.consent_story import declare
from tests.web.test_portal_refused import every_page

pytestmark = [pytest.mark.usefixtures("first_checks"), pytest.mark.cases]

PERMISSIONS = read_manifest().permissions
Judged = dict[str, Verdict]
WORSE = {Level.WARN, Level.FAIL}


def results(actor: Actor) -> tuple[Facts, Judged]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        return facts_of_run(run.id), verdicts_of_run(run.id)


def blinded(permission: Permission) -> set[str]:
    """The facts that no other granted scope lets us ask for."""
    known = {permission.code, *permission.same}
    return {name for name, spec in FACTS.items() if spec.scopes and set(spec.scopes) <= known}


@pytest.mark.parametrize("permission", PERMISSIONS, ids=lambda one: one.code)
def test_without_a_permission_every_page_opens_and_says_what_is_not_done(
    north: Actor, run_jobs: Callable[[], int], permission: Permission
) -> None:
    _, before = results(north)
    north.grants(*(one.code for one in PERMISSIONS if one != permission))
    opened = north.opens()
    declare(opened)
    opened.post("/shop/run")
    run_jobs()
    facts, after = results(north)
    blind = blinded(permission)
    assert {
        name for name, no in facts.refusals.items() if no.reason is Reason.SCOPE
    } >= blind - facts.values.keys()
    assert blind.isdisjoint(facts.values)
    for code, spec in load_checks().items():
        if missing := set(spec.facts) & blind:
            verdict = after[code]
            assert verdict.level is Level.UNKNOWN, (code, missing, verdict)
            assert verdict.sentence.message == REASON_TEXTS[Reason.SCOPE], (code, verdict)
            assert verdict.sentence.values["needs"] == permission.code
    alarmed = {code for code, one in after.items() if one.level in WORSE and before[code].level not in WORSE}
    assert alarmed == {"permissions_granted"}
    answers = {path: opened.get(path).status_code for path in every_page()}
    assert len(answers) > 25
    assert {path: status for path, status in answers.items() if status != 200} == {}
    page = opened.get("/settings/developer").text
    note = page.split('data-testid="permissions-missing"', 1)[1].split("</div>\n", 1)[0]
    assert permission.code in note
    assert escape(permission.why["ru"]) in note
