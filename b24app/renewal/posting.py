"""Jobs of reminding: every hour each portal says what fell due; a weekly digest; a test; a notice to employees."""

from datetime import timedelta

from sqlalchemy import select

from b24app.errors import AppError, BadInput
from b24app.license.reading import timeline_view
from b24app.license.said import Said, say
from b24app.license.timeline import Timeline
from b24app.portals.model import InstallStatus, Portal
from b24app.renewal import model
from b24app.renewal.answer import give_answer
from b24app.renewal.desk import Desk, address_letter, compose, open_desk, sender_for
from b24app.renewal.failures import describe
from b24app.renewal.ladder import Planned, due_now, plan_reminders
from b24app.renewal.letters import Draft, draft_letter, team_notice
from b24app.renewal.next_step import next_step
from b24app.renewal.overview import situation_of, subjects
from b24app.renewal.people import list_roles
from b24app.renewal.recipients import Recipient, people_of
from b24app.renewal.reminders import Outgoing, deliver_waiting, keep_due, sent_keys
from b24app.renewal.roles import Holder
from b24app.renewal.settings import CHANNELS, get_digest, get_ladder, list_channels, note_test
from b24app.renewal.stages import Role
from b24app.services import services
from b24app.storage import db, portal_scope
from b24app.texts import N_, NN_

WORKS = (InstallStatus.ACTIVE, InstallStatus.BLOCKED)


def remind_everyone() -> None:
    """Ask each portal for what fell due; a portal that refuses us is reminded by other ways all the more."""
    for portal_id in db.session.scalars(select(Portal.id).where(Portal.status.in_(WORKS))):
        services().queue.later("remind_portal", portal_id)
    db.session.commit()


def remind_portal(portal_id: int) -> None:
    """Write what is due in one portal and send everything that waits."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status not in WORKS:
        return
    with portal_scope(portal_id):
        desk = open_desk(portal)
        write_due(desk)
        write_digest(desk)
        deliver_waiting(sender_for(desk), desk.now)


def write_due(desk: Desk) -> int:
    """Turn what is due into letters; answers how many reminders are new."""
    timeline, ladder = timeline_view(desk.now, desk.today), get_ladder()
    planned = [
        item
        for subject in subjects(timeline, desk.now, desk.today)
        for item in plan_reminders(subject, ladder)
    ]
    planned.sort(key=lambda item: item.on)
    due = due_now(planned, sent_keys(item.key for item in planned), desk.local, ladder)
    return sum(_write(desk, item, timeline) for item in due)


def _write(desk: Desk, item: Planned, timeline: Timeline) -> bool:
    clock_id = int(item.line.partition(":")[0])
    row = next(row for row in timeline.rows if row.term.id == clock_id)
    situation = situation_of(row, desk.now, desk.today)
    letter = compose(desk, draft_letter(item, situation, row.name), item.key, item.line)
    people = people_of(item.roles, list_roles())
    return keep_due(item, address_letter(letter, item.code, people), clock_id, desk.now)


def write_digest(desk: Desk) -> bool:
    """The weekly letter by every way that carries it: where things stand, and by coming it says that reminders work."""
    digest, ladder = get_digest(), get_ladder()
    if not digest.on or desk.today.weekday() != digest.weekday or ladder.is_quiet(desk.local):
        return False
    year, week, _ = desk.today.isocalendar()
    item = Planned(f"digest:{year}-{week}", "digest", "digest", desk.today, 0, (Role.RESPONSIBLE,))
    if sent_keys([item.key]):
        return False
    letter = compose(desk, _digest_draft(desk), item.key, item.line)
    people = people_of(item.roles, list_roles())
    return keep_due(item, address_letter(letter, item.code, people), None, desk.now)


def _digest_draft(desk: Desk) -> Draft:
    timeline = timeline_view(desk.now, desk.today)
    lines: list[Said] = []
    if timeline.main is not None:
        situation = situation_of(timeline.main, desk.now, desk.today)
        answer, step = give_answer(situation), next_step(situation)
        lines += [
            answer.answer,
            answer.lead,
            say(N_("Next: %(step)s. %(reason)s"), step=step.title, reason=step.reason),
        ]
    else:
        lines.append(
            say(N_("No term is written down yet: open the application and write the date of the plan."))
        )
    lines += [
        say("%(name)s: %(left)s", name=row.name, left=row.left) for row in timeline.rows if not row.main
    ]
    lines.append(_week(desk))
    return Draft(say(N_("Renewal: the week in short")), tuple(lines))


def _week(desk: Desk) -> Said:
    since = desk.now - timedelta(days=7)
    states = list(db.session.scalars(select(model.Delivery.state).where(model.Delivery.next_at >= since)))
    failed = sum(state in ("failed", "uncertain") for state in states)
    sent = states.count("sent")
    text = NN_(
        "Reminders work: %(count)s letter sent in a week, not delivered: %(failed)s.",
        "Reminders work: %(count)s letters sent in a week, not delivered: %(failed)s.",
    )
    return say(text, count=sent, failed=failed)


def try_channel(portal_id: int, code: str, user_id: int, name: str) -> None:
    """Send a test by one channel to the person who pressed the button, and keep how it ended."""
    if code not in CHANNELS:
        raise BadInput(N_("There is no such channel."), "code")
    with portal_scope(portal_id):
        desk = open_desk(db.session.get_one(Portal, portal_id))
        error = _try_channel(desk, code, Holder(Role.RESPONSIBLE, user_id, name, _email_of(user_id)))
        note_test(code, desk.now, error)
        db.session.commit()


def _email_of(user_id: int) -> str:
    return next((holder.email for holder in list_roles().values() if holder.user_id == user_id), "")


def _try_channel(desk: Desk, code: str, person: Holder) -> str:
    subject, line = N_("A test of reminders"), N_("If you can read this, this way of reminding works.")
    draft = Draft(say(subject), (say(line),), public=code == "feed")
    letter = compose(desk, draft, f"test:{code}:{desk.now.isoformat()}", "test")
    db.session.commit()
    try:
        targets = _test_targets(code, person)
        for target in targets:
            sender_for(desk)(code, letter, target)
    except AppError as error:
        db.session.rollback()
        return describe(error)
    return ""


def _test_targets(code: str, person: Holder) -> tuple[Recipient, ...]:
    channel = next(item for item in list_channels() if item.code == code)
    if code in ("notification", "task", "feed"):
        return (Recipient(str(person.user_id or 0), person.name),)
    parts = [channel.address] if code == "webhook" else channel.address.split(",")
    found = [Recipient(part.strip()) for part in parts if part.strip()]
    if code == "email" and person.email:
        found.append(Recipient(person.email, person.name))
    if not found:
        raise BadInput(N_("This channel has no address yet."), "address")
    return tuple(found)


def send_notice(portal_id: int) -> None:
    """Post the notice to employees in the feed, once a day at most."""
    with portal_scope(portal_id):
        desk = open_desk(db.session.get_one(Portal, portal_id))
        main = timeline_view(desk.now, desk.today).main
        if main is None:
            return
        item = Planned(f"notice:{main.term.id}:{desk.today}", "notice", "notice", desk.today, 0)
        if sent_keys([item.key]):
            return
        draft = team_notice(situation_of(main, desk.now, desk.today))
        letter = compose(desk, draft, item.key, item.line)
        keep_due(item, (Outgoing("feed", Recipient("0"), letter),), main.term.id, desk.now)
        deliver_waiting(sender_for(desk), desk.now)
