"""Two furnished portals for hostile requests: with terms, checks, links, answers, people, so that pages have what to draw."""

from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from b24app.database import db
from b24app.portals.model import Portal
from bench.fuzz_attacks import Arsenal, links_of
from bench.fuzz_forms import EVENT, FORMS
from sandbox.world import World
from tests.actors import NORTH, Actor, browser_of
from tests.installation import do_jobs

FIRST = (
    "/install/date", "/money/terms", "/money/terms/exchange/apply", "/renewal/case", "/renewal/case/mark", "/settings/people", "/settings/start",
    "/shop/register", "/shop/report/links", "/money/rules", "/money/plan/correct", "/money/plan/sums", "/money/plan/measure", "/renewal/late/count",
    "/widget/report",
)  # fmt: skip


def furnish(app: Flask, world: World) -> tuple[FlaskClient, Actor, Actor]:
    """Install the application in two portals and fill every form of the first one as a person would."""
    client = browser_of(app, world)
    north = Actor(client, world.add_portal(NORTH)).installs()
    south = Actor(client, world.add_portal("south.bitrix24.example")).installs()
    do_jobs(app)
    admin = north.opens()
    for path in FIRST:
        admin.post(path, **FORMS[path])
    for path in ("/settings/reminders/links/status", "/settings/reminders/links/calendar", "/shop/run"):
        admin.post(path)
    do_jobs(app)
    way = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", way["ID"])
    admin.post("/shop/compare/run")
    do_jobs(app)
    return client, north, south


def arm(app: Flask, client: FlaskClient, north: Actor, south: Actor, draw: Random) -> Arsenal:
    """Everything that attacks are drawn from."""
    admin = north.opens()
    tokens = {
        "admin": admin.token,
        "employee": north.opens(user=north.portal.employee).token,
        "other": south.opens().token,
        "forged": admin.token[:-3] + "abc",
    }
    arsenal = Arsenal(draw, list(app.url_map.iter_rules()), tokens)
    knock = north.portal.opens("DEFAULT", user=north.portal.admin, lang="ru").form
    row = db.session.scalar(select(Portal).where(Portal.member_id == north.portal.member_id))
    proven = {
        "auth[member_id]": north.portal.member_id,
        "auth[application_token]": row.application_token or "",
    }
    arsenal.forms |= {
        "/app": knock, "/install": knock, "/placements/<code>": knock, "/events": EVENT | proven,
    }  # fmt: skip
    arsenal.links = links_of(app, client, admin.token)
    return arsenal
