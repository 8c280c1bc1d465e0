"""What stands on a client's pages: the banner, locked tabs, nothing that may not be pressed, plain links into the client's own portal."""

import io
import re
from datetime import date
from html import unescape
from urllib.parse import parse_qsl

import pytest

from b24app.database import db, portal_scope
from b24app.frames.page_token import restore_frame
from b24app.integrators.client_frame import enter_client
from b24app.integrators.model import ClientNote
from b24app.integrators.rights import NEEDS, Right
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from b24app.web.client_pages import is_allowed
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.looking import EVERYTHING, Looking, looks_after
from tests.web.test_portal_refused import every_page as every_page_there_is

pytestmark = pytest.mark.usefixtures("loss")
ELEMENT = re.compile(r"<[a-z]+\b[^<>]*>")
ASKS = re.compile(r"\s(?:hx-(get|post|put|patch|delete)|(action))=(?:\"([^\"]*)\"|'([^']*)')")
OF_THE_PORTAL = re.compile(r"\sdata-portal-(?:path|chat|user|app)\b")
SETS = [EVERYTHING, *(tuple(sorted({right, NEEDS.get(right, right)})) for right in Right)]


def every_page() -> list[str]:
    """Every page but those of the integrator's own portal, which show no client."""
    return [path for path in every_page_there_is() if not path.startswith(("/clients", "/settings/profile"))]


@pytest.fixture
def dated(north: Actor) -> Actor:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 11, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    return north


def offered(looking: Looking, text: str) -> list[str]:
    """What a page offers to ask for although it would be refused."""
    own = restore_frame(looking.token)
    client = enter_client(own, looking.code, services().clock.now())
    asked = [one for tag in ELEMENT.findall(text) for one in ASKS.findall(tag)]
    found = [(verb.upper() or "POST", unescape(quoted or single)) for verb, _action, quoted, single in asked]
    return [f"{method} {url}" for method, url in found if not is_allowed(url, method, client)]


@pytest.mark.parametrize("rights", SETS, ids=lambda given: " ".join(sorted(given)))
def test_a_page_offers_only_what_is_allowed(south: Actor, dated: Actor, rights: tuple[Right, ...]):
    looking = looks_after(south, dated, rights)
    looking.opens()
    shown = 0
    for path in every_page():
        answer = looking.get(path)
        if answer.status_code == 200:
            shown += 1
            assert offered(looking, answer.text) == [], path
            assert OF_THE_PORTAL.search(answer.text) is None, path
            assert 'aria-label="Настройки"' not in answer.text
    assert shown > 0


def test_every_page_that_was_allowed_is_drawn(south: Actor, dated: Actor):
    looking = looks_after(south, dated)
    looking.opens()
    answers = {path: looking.get(path).status_code for path in every_page()}
    assert set(answers.values()) <= {200, 204, 403}
    assert len([path for path, code in answers.items() if code == 200]) > 20
    closed = {path.split("/")[1] for path, code in answers.items() if code == 403}
    assert "settings" in closed


INVOICE, SUM, PAPER = "ИНВ-4242", "77777", "счёт-на-всех.pdf"


@pytest.fixture
def priced(dated: Actor) -> Actor:
    """A client whose renewal has an invoice with a number, a sum and a file."""
    admin = dated.opens()
    assert (
        admin.post("/money/price", amount=SUM, months="12", vat="", invoice_number=INVOICE).status_code == 200
    )
    file = (io.BytesIO(b"%PDF-1.4 " + b"x" * 100), PAPER)
    assert (
        admin.client.post(
            "/renewal/stage/invoice/paper", data={"file": file}, headers={"X-Frame-Token": admin.token}
        ).status_code
        == 200
    )
    return dated


def shown(looking: Looking) -> str:
    """All that the pages of a client show, without spaces: sums are written with narrow ones."""
    looking.opens()
    paths = [
        *every_page(),
        *(f"/renewal?open={code}" for code in ("invoice", "payment", "activation", "verified")),
    ]
    answers = (
        looking.get(path.partition("?")[0], **dict(parse_qsl(path.partition("?")[2]))) for path in paths
    )
    return re.sub(r"\s|&nbsp;", "", "".join(answer.text for answer in answers if answer.status_code == 200))


def test_without_papers_no_page_names_a_sum_an_invoice_or_a_file(south: Actor, priced: Actor):
    looking = looks_after(south, priced)
    assert [word for word in (INVOICE, SUM, PAPER) if word not in shown(looking)] == []
    looking.given(*(set(Right) - {Right.PAPERS}))
    assert [word for word in (INVOICE, SUM, PAPER) if word in shown(looking)] == []


def test_without_checks_and_changes_no_page_names_what_was_lost(south: Actor, dated: Actor):
    lost = next(row["NAME"] for row in dated.portal.tables["paysystem"].all() if row["ACTIVE"] == "N")
    name = re.sub(r"\s", "", lost)
    looking = looks_after(south, dated)
    assert name in shown(looking)
    looking.given(Right.TERMS, Right.CASE, Right.PAPERS, Right.COPY)
    assert name not in shown(looking)


def test_what_opens_only_a_locked_form_is_hidden_with_it(south: Actor, dated: Actor):
    looking = looks_after(south, dated)
    looking.opens()
    assert re.search(r'<button[^<>]*aria-controls="sums"[^<>]* hidden>', looking.get("/money").text)
    assert (
        re.search(r'<button[^<>]*aria-controls="price-form"[^<>]* hidden>', looking.get("/money").text)
        is None
    )


def test_notes_are_of_one_integrator_alone(south: Actor, dated: Actor, world: World):
    east = Actor(south.client, world.add_portal("east.bitrix24.example")).installs()
    theirs, ours = looks_after(east, dated), looks_after(south, dated)
    for looking, notes in ((theirs, "платят позже"), (ours, "зовут Олег")):
        with portal_scope(restore_frame(looking.own.token).portal_id):
            db.session.add(
                ClientNote(
                    client_id=dated.portal_id,
                    name=f"Тёплая {notes}",
                    notes=notes,
                    changed_at=DAY_OF_THE_STORY,
                )
            )
            db.session.commit()
    assert "зовут Олег" in ours.opens().text
    assert "платят позже" not in shown(ours)
    assert "зовут Олег" not in theirs.opens().text
    assert "зовут" not in dated.opens().text


def test_a_client_whose_portal_refuses_is_shown_as_it_is_known(south: Actor, dated: Actor):
    looking = looks_after(south, dated)
    looking.opens()
    dated.portal.lapse_to_free()
    looking.post("/shop/run")
    assert {looking.get(path).status_code for path in ("/renewal", "/shop", "/money", "/copy")} == {200}
