"""Pages that open when the portal does not: the signed status page and the calendar feed; nothing secret is on them."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.engine.runs import latest_run
from b24app.database import db
from b24app.portals.model import InstallStatus, Portal
from b24app.public.calendar_feed import write_calendar
from b24app.renewal.availability_record import AvailabilityView, get_availability
from b24app.renewal.error_help import recognise
from b24app.renewal.headline import Headline, write_headline
from b24app.renewal.progress_steps import draw_steps
from b24app.renewal.recovery import (
    PortalRefusal,
    RescueStep,
    Way,
    headline,
    losses_of,
    recovery,
    ways_back,
    works_of,
)
from b24app.renewal.renewal_stages import Role
from b24app.renewal.renewal_state import situation_of
from b24app.renewal.signed_links import LinkView, read_link
from b24app.renewal.situation import Situation
from b24app.services import services
from b24app.terms.payment_routes import read_payments
from b24app.terms.policy import State
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import TermKind
from b24app.terms.timeline import Timeline
from b24app.text.languages import spoken
from b24app.text.translator import Translator
from b24app.web.access import kept_in, public
from b24app.web.formats import day, day_long, moment, today, words

blueprint = Blueprint("outside", __name__)
ICS = "text/calendar; charset=utf-8"
MOST_LOSSES = 6


@blueprint.get("/status/<token>")
@public
def status(token: str) -> ResponseReturnValue:
    """The status page of one portal, from what is stored; asks no portal."""
    link, portal = open_link(token, "status")
    with kept_in(portal.id):
        answer = make_response(render_template("outside/status.html", **draw_status(link, portal)))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@blueprint.get("/calendar/<token>.ics")
@public
def calendar(token: str) -> Response:
    """The days to act, for calendars that subscribe."""
    _link, portal = open_link(token, "calendar")
    now, speech = services().clock.now(), Translator(portal.language, portal.time_zone)
    with kept_in(portal.id):
        text = write_calendar(
            timeline_view(now, today()),
            lambda row: situation_of(row, now, today()),
            speech.say,
            owner=get_profile().portal_name or portal.domain,
            at=now,
        )
    answer = Response(text, content_type=ICS)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Content-Disposition"] = 'inline; filename="renewal.ics"'
    return answer


def open_link(token: str, purpose: str) -> tuple[LinkView, Portal]:
    """The portal that a signed address belongs to; its language and day are used from now on."""
    link = read_link(token, purpose, services().clock.now())
    portal = db.session.get_one(Portal, link.portal_id)
    asked = request.args.get("lang", "")
    g.language, g.zone = spoken(asked) if asked else spoken(portal.language), portal.time_zone
    return link, portal


def draw_status(link: LinkView, portal: Portal) -> dict[str, Any]:
    """Everything that the page says."""
    now = services().clock.now()
    timeline, pulse, profile = timeline_view(now, today()), get_availability(), get_profile()
    situation = situation_of(timeline.main, now, today()) if timeline.main else None
    refusal = PortalRefusal(pulse.kind, _local_day(pulse)) if pulse.refused else PortalRefusal()
    answer = write_headline(situation) if situation else None
    steps = _steps(situation, refusal, timeline)
    return {
        "lang": g.language,
        "about": _about(link, profile.portal_name or portal.domain),
        "refused": _head(situation, answer, refusal)
        | {
            "moment": moment(now),
            "grace": situation is not None and situation.state is State.GRACE and not refusal.kind,
            "steps": [_step(step, portal) for step in steps] if steps else _ahead(situation),
            "ways": [_way(way) for way in _ways(situation)] if steps else [],
            "answer": _words_of_portal(pulse),
            "known": _known(situation, pulse, portal),
            "works": [(ok, words(text)) for ok, text in works_of(situation, refusal, pulse.heard(now))],
            "losses": _losses(situation),
        },
    }


def _local_day(pulse: AvailabilityView) -> date | None:
    from b24app.web.formats import zone

    return pulse.refused_since.astimezone(zone()).date() if pulse.refused_since else None


def _about(link: LinkView, name: str) -> str:
    text = gettext("page outside the portal, for “%(portal)s”", portal=name)
    if link.expires_on is not None:
        text += " · " + gettext("the address works until %(day)s", day=day(link.expires_on))
    return text


def _head(situation: Situation | None, answer: Headline | None, refusal: PortalRefusal) -> dict[str, str]:
    title, lead = headline(situation, refusal)
    if title:
        badge, level = gettext("The portal refuses applications"), "fail"
        return {"badge": badge, "level": level, "title": words(title), "lead": words(lead)}
    if answer is None:
        return {
            "badge": gettext("Date not known"),
            "level": "unknown",
            "title": gettext("Nobody has written down when the plan ends"),
            "lead": gettext("Open the application in the portal and write the date of “My plan”."),
        }
    level = "fail" if refusal.kind else answer.level
    badge = gettext("The portal refuses applications") if refusal.kind else words(answer.word)
    return {"badge": badge, "level": level, "title": words(answer.answer), "lead": words(answer.lead)}


def _steps(situation: Situation | None, refusal: PortalRefusal, timeline: Timeline) -> tuple[RescueStep, ...]:
    """The recovery, when there is something to recover from."""
    subscription = next((row for row in timeline.rows if row.term.kind == TermKind.MARKETPLACE), None)
    over = subscription is not None and subscription.days_left is not None and subscription.days_left < 0
    if situation is None or not (refusal.kind or over or situation.days_left < 0):
        return ()
    if situation.paid and not refusal.kind:
        return ()
    return recovery(situation, refusal, subscription_over=over)


def _step(step: RescueStep, portal: Portal) -> dict[str, str]:
    scheme = portal.client_endpoint.partition("://")[0] or "https"
    return {
        "title": words(step.title),
        "text": words(step.text),
        "who": step.who.name if step.who else "",
        "url": f"{scheme}://{portal.domain}{step.path}" if step.path else "",
        "link_title": gettext(step.link) if step.link else "",
    }


def _ahead(situation: Situation | None) -> list[dict[str, str]]:
    """Before the end there is nothing to recover: what lies ahead, by when and by whom."""
    steps = draw_steps(situation) if situation else ()
    return [
        {"title": words(step.title), "text": words(step.text), "who": step.who.name if step.who else ""}
        for step in steps
        if step.state != "done"
    ]


def _ways(situation: Situation | None) -> tuple[Way, ...]:
    if situation is None:
        return ()
    days = get_profile().transfer_days
    usual = read_payments().methods["transfer"].days.number or 0
    return ways_back(situation, usual if days is None else days)


def _way(way: Way) -> dict[str, str]:
    if way.code == "card":
        title, text, word = gettext("By card"), gettext("at once after the payment"), gettext("today")
        return {"shape": "card", "title": title, "text": text, "level": way.level, "word": word}
    text = gettext("paid on %(day)s", day=day(way.paid_on))
    title, word = gettext("By invoice"), day(way.works_on)
    return {
        "shape": "sheet",
        "title": title,
        "text": text,
        "level": way.level,
        "word": word,
        "badge_shape": "clock",
    }


def _words_of_portal(pulse: AvailabilityView) -> dict[str, str] | None:
    if not pulse.refused:
        return None
    found = recognise(f"{pulse.code} {pulse.words}")
    meaning = found[0].cause[g.language] if found else gettext("These words are not known to us.")
    return {"code": pulse.code, "text": pulse.words, "meaning": meaning}


def _known(situation: Situation | None, pulse: AvailabilityView, portal: Portal) -> list[tuple[str, str]]:
    run = latest_run(finished=True)
    who = situation.who(Role.RESPONSIBLE) if situation else None
    rows = [
        (gettext("Last paid day"), day_long(situation.term.ends_on) if situation else ""),
        (gettext("The date was confirmed"), moment(situation.term.known_at) if situation else ""),
        (gettext("Settings were saved"), moment(run.finished_at) if run else ""),
        (gettext("The portal answered last"), moment(pulse.answered_at)),
        (gettext("Responsible"), who.name if who else ""),
    ]
    if portal.status == InstallStatus.DELETED:
        rows.append((gettext("The application"), gettext("is removed from the portal")))
    return [(name, value) for name, value in rows if value]


def _losses(situation: Situation | None) -> list[dict[str, Any]]:
    if situation is None or situation.days_left > 30 or (situation.paid and situation.days_left >= 0):
        return []
    return [
        {"title": words(line.title), "day": day(line.day), "stopped": line.left <= 0}
        for line in losses_of(situation)
    ][:MOST_LOSSES]
