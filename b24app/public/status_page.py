"""Pages that open when the portal does not: the signed status page and the calendar feed; nothing secret is on them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.engine.runs import latest_run
from b24app.database import db
from b24app.pages.renewal.recovery_cards import subscription_over, transfer_days
from b24app.portals.availability import Availability, get_availability
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.people import find_administrator
from b24app.public.calendar_writing import AT_NINE, ICS, tagged, write_calendar
from b24app.renewal.case import Situation
from b24app.renewal.guides import recognise
from b24app.renewal.headline import Headline, write_headline
from b24app.renewal.progress_steps import draw_steps
from b24app.renewal.published_events import WantedEvent, event_uid, note_given, publish_events, tag_of
from b24app.renewal.recovery import (
    PaymentOption,
    PortalRefusal,
    RescueStep,
    headline,
    losses_of,
    payment_options,
    recovery,
    works_of,
)
from b24app.renewal.renewal_stages import Role
from b24app.renewal.signed_links import LinkView, read_link
from b24app.renewal.situation_reading import last_answer, situation_of
from b24app.services import services
from b24app.terms.policy import State
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline, name_inside
from b24app.text.formats import day_long
from b24app.text.messages import N_, Sentence, sentence
from b24app.text.offered_languages import shipped_language
from b24app.text.translation import Translator, nearest_language
from b24app.web.access import kept_in, public
from b24app.web.filters import day, moment, today, words, zone

blueprint = Blueprint("outside", __name__)
OWN_FEED, EVERY = "own", timedelta(hours=12)
MOST_LOSSES = 6
NOT_INDEXED = {"X-Robots-Tag": "noindex, nofollow"}


@blueprint.get("/status/<token>")
@public
def status(token: str) -> ResponseReturnValue:
    """The status page of one portal, from what is stored; asks no portal."""
    link, portal = open_link(token, "status")
    with kept_in(portal.id):
        answer = make_response(render_template("outside/status.html", **draw_status(link, portal)))
    answer.headers.update(NOT_INDEXED)
    return answer


@blueprint.get("/calendar/<token>.ics")
@public
def calendar(token: str) -> Response:
    """The days to act, for calendars that subscribe."""
    _link, portal = open_link(token, "calendar")
    now, speech = services().clock.now(), Translator(portal.language, portal.time_zone)
    with kept_in(portal.id):
        owner = get_profile().portal_name or portal.domain
        wanted = wanted_events(
            timeline_view(now, today()), lambda row: situation_of(row, now, today()), owner
        )
        events = publish_events(OWN_FEED, wanted, now)
        name = speech.say(sentence(N_("Renewal: %(portal)s"), portal=owner))
        text = write_calendar(name, events, speech.say, refresh=EVERY, alarm=AT_NINE)
        since = max((event.changed_at for event in events), default=now)
        changed_at = note_given(OWN_FEED, f"ics-{speech.locale}", "", tag_of(text), since=since, at=now)
    headers = NOT_INDEXED | {"Content-Disposition": 'inline; filename="renewal.ics"'}
    return tagged(Response(text, content_type=ICS, headers=headers), tag_of(text), changed_at)


def open_link(token: str, purpose: str) -> tuple[LinkView, Portal]:
    """The portal that a signed address belongs to; its language and day are used from now on."""
    link = read_link(token, purpose, services().clock.now())
    portal = db.session.get_one(Portal, link.portal_id)
    asked = request.args.get("lang", "")
    g.language, g.zone = (
        nearest_language(asked) if asked else nearest_language(portal.language),
        portal.time_zone,
    )
    return link, portal


def draw_status(link: LinkView, portal: Portal) -> dict[str, object]:
    """Everything that the page shows."""
    now = services().clock.now()
    timeline, availability, profile = timeline_view(now, today()), get_availability(), get_profile()
    situation = situation_of(timeline.main, now, today()) if timeline.main else None
    since = availability.refused_since
    since_day = since.astimezone(zone()).date() if since else None
    refusal = PortalRefusal(availability.refusal, since_day)
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
            "ways": [_way(way) for way in payment_options(situation, transfer_days())]
            if situation and steps
            else [],
            "answer": _words_of_portal(availability),
            "known": _known(situation, availability, portal),
            "works": [(ok, words(text)) for ok, text in works_of(situation, refusal, last_answer(now))],
            "losses": _losses(situation, refusal),
        },
    }


def _about(link: LinkView, name: str) -> str:
    text = gettext("page outside the portal, for “%(portal)s”", portal=name)
    if link.expires_on is not None:
        text += " · " + gettext("the address works until %(day)s", day=day(link.expires_on))
    return text


def _head(situation: Situation | None, answer: Headline | None, refusal: PortalRefusal) -> dict[str, object]:
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
    over = subscription_over(timeline)
    if situation is None or not (refusal.kind or over or situation.days_left < 0):
        return ()
    if situation.paid and not refusal.kind:
        return ()
    return recovery(situation, refusal, subscription_over=over)


def _step(step: RescueStep, portal: Portal) -> dict[str, str]:
    return {
        "title": words(step.title),
        "text": words(step.text),
        "who": step.who.name if step.who else _administrator(),
        "url": f"{portal.url}{step.path}" if step.path else "",
        "link_title": gettext(step.link) if step.link else "",
    }


def _administrator() -> str:
    """Who acts for a role without a named person: the administrator whom the portal confirmed last."""
    found = find_administrator()
    return found[1] if found else ""


def _ahead(situation: Situation | None) -> list[dict[str, str]]:
    """The steps before the end, when there is nothing to recover: what is ahead, by when and by whom."""
    steps = draw_steps(situation) if situation else ()
    return [
        {
            "title": words(step.title),
            "text": words(step.text),
            "who": step.who.name if step.who else _administrator(),
        }
        for step in steps
        if step.state != "done"
    ]


def _way(way: PaymentOption) -> dict[str, str]:
    if way.code == "card":
        title, text, word = gettext("By card"), gettext("at once after the payment"), gettext("today")
        return {"shape": "card", "title": title, "text": text, "level": way.level, "word": word}
    text = gettext(
        "paid on %(day)s, the money arrives on %(arrives)s", day=day(way.paid_on), arrives=day(way.arrives_on)
    )
    title, word = gettext("By invoice"), day(way.works_on)
    return {
        "shape": "sheet",
        "title": title,
        "text": text,
        "level": way.level,
        "word": word,
        "badge_shape": "clock",
    }


def _words_of_portal(availability: Availability) -> dict[str, str] | None:
    if not availability.refused:
        return None
    found = recognise(f"{availability.code} {availability.words}")
    meaning = (
        found[0].cause[shipped_language(g.language)] if found else gettext("These words are not known to us.")
    )
    return {"code": availability.code, "text": availability.words, "meaning": meaning}


def _known(situation: Situation | None, availability: Availability, portal: Portal) -> list[tuple[str, str]]:
    run = latest_run(finished=True)
    who = situation.who(Role.RESPONSIBLE) if situation else None
    rows = [
        (gettext("Last paid day"), day_long(situation.term.ends_on) if situation else ""),
        (gettext("The date was confirmed"), moment(situation.term.known_at) if situation else ""),
        (gettext("Settings were saved"), moment(run.finished_at) if run else ""),
        (gettext("The portal answered last"), moment(availability.answered_at)),
        (gettext("Responsible"), who.name if who else ""),
    ]
    if portal.status == InstallStatus.DELETED:
        rows.append((gettext("The application"), gettext("is removed from the portal")))
    return [(name, value) for name, value in rows if value]


def _losses(situation: Situation | None, refusal: PortalRefusal) -> list[dict[str, object]]:
    if situation is None or situation.days_left > 30 or (situation.paid and situation.days_left >= 0):
        return []
    return [
        {"title": words(line.title), "day": day(line.day), "stopped": line.left <= 0}
        for line in losses_of(situation, refusal)
    ][:MOST_LOSSES]


def days_to_act(row: TermRow, s: Situation) -> Iterator[tuple[str, date, Sentence]]:
    """The days of one term that belong into a calendar, without those that are done."""
    ends_on, plan = row.term.ends_on, row.plan
    if ends_on is None or plan is None:
        return
    name = name_inside(row.name)
    if not (s.paid or s.given_up):
        yield "window", plan.window_opens, sentence(N_("Renewal is possible: %(name)s"), name=name)
        if plan.order_by is not None and row.main and not s.ordered and not row.term.autopay:
            yield (
                "invoice",
                plan.order_by,
                sentence(N_("The last day for the invoice: %(name)s"), name=name),
            )
        if not row.term.autopay:
            title = N_("The last day to pay: %(name)s")
            if plan.conditions.reserve_days:
                title = N_("The day to pay by card, with time in reserve: %(name)s")
            yield "pay", plan.pay_by, sentence(title, name=name)
    yield "end", ends_on, sentence(N_("The last paid day: %(name)s"), name=name)
    if plan.conditions.grace_days and not s.paid:
        yield "grace", plan.grace_ends, sentence(N_("The last day of grace: %(name)s"), name=name)


def wanted_events(
    timeline: Timeline, situations: Callable[[TermRow], Situation], owner: str
) -> Iterator[WantedEvent]:
    """The days of all terms as events; the identity of an event is that which feeds of earlier releases gave it."""
    for row in timeline.rows:
        for code, on, title in days_to_act(row, situations(row)):
            yield WantedEvent(
                f"{row.term.id}:{code}",
                event_uid(f"{owner}:{row.term.id}:{code}"),
                on,
                title,
                row.term.said_at,
            )
