"""What the API reads of a client, inside its portal: terms, findings, renewals, as they are stored."""

from collections.abc import Callable, Iterator

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.database import every_portal
from b24app.integrators.board import ClientRow, groups_of
from b24app.integrators.client_frame import ConsentEnded, PresentClient, RightNotGiven
from b24app.integrators.consents import consents_of
from b24app.integrators.outside.api_tokens import ApiCaller
from b24app.integrators.rights import Right
from b24app.portals.model import day_at
from b24app.public.api.api_access import find_client, inside
from b24app.public.api.api_schemas import CaseOut, ClientOut, ClientQuery, FindingOut, Item, MarkOut, TermOut
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import list_cases
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.text.translation import Translator

OPEN = (CountedPlace.BLOCKING, CountedPlace.NOTED, CountedPlace.ASKED, CountedPlace.UNCHECKED)


def clients_out(caller: ApiCaller, rows: list[ClientRow]) -> list[ClientOut]:
    """Rows of the board as the API gives them."""
    groups = groups_of(caller.seat.portal_id, {row.client_id for row in rows})
    return [_client(row, groups.get(row.client_id, [])) for row in rows]


def _client(row: ClientRow, groups: list[str]) -> ClientOut:
    return ClientOut(
        id=row.code,
        name=row.name,
        domain=row.domain,
        inn=row.inn,
        groups=groups,
        plan=row.plan_code,
        ends_on=row.ends_on,
        date_said_by=row.said_by,
        date_said_at=row.said_at,
        pay_by=row.pay_by,
        act_on=row.act_on,
        reason=row.reason,
        stage=row.stage,
        money=row.money,
        amount=row.amount,
        currency=row.currency,
        is_estimate=row.estimate,
        blockers=row.blockers,
        broke_this_week=row.broke_count,
        access=row.access,
        swept_at=row.swept_at,
        copied_at=row.copied_at,
    )


def read_each(
    caller: ApiCaller,
    query: ClientQuery,
    needed: tuple[Right, ...],
    read: Callable[[PresentClient], list[Item]],
) -> tuple[list[Item], str | None]:
    """Items of one client, or of so many clients one after another that the page is full; a client is given whole.

    A client who has not given the right is left out of a list, and refused where it is asked for by its name.
    """
    if query.portal:
        client = find_client(caller, query.portal)
        with inside(caller, client, *needed):
            return read(client), None
    found: list[Item] = []
    for consent_id, code in codes_after(caller, query.cursor):
        found += _read_one(caller, code, needed, read)
        if len(found) >= query.limit:
            return found, consent_id
    return found, None


def _read_one(
    caller: ApiCaller, code: str, needed: tuple[Right, ...], read: Callable[[PresentClient], list[Item]]
) -> list[Item]:
    try:
        client = find_client(caller, code)
        if not set(needed) <= client.rights:
            return []
        with inside(caller, client, *needed):
            return read(client)
    except (ConsentEnded, RightNotGiven):  # it ended while the list was read
        return []


def codes_after(caller: ApiCaller, cursor: str) -> Iterator[tuple[str, str]]:
    """The living consents of the integrator behind a cursor, by their portals: cursor and code."""
    after = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 10 else 0
    with every_portal():
        living = sorted(
            consents_of(caller.seat.portal_id, services().clock.now()), key=lambda one: one.client_id
        )
    return ((str(one.client_id), one.code) for one in living if one.client_id > after)


def terms_of(client: PresentClient) -> list[TermOut]:
    """The terms of the client in scope."""
    now = services().clock.now()
    speech = Translator(client.portal.language, client.portal.time_zone)
    return [
        TermOut(
            portal=client.consent.code,
            id=row.term.id,
            kind=str(row.term.kind),
            title=speech.say(row.name),
            ends_on=row.term.ends_on,
            said_by=row.term.said_by,
            said_at=row.term.said_at,
            confirmed_by=row.term.confirmed_by,
            confirmed_at=row.term.confirmed_at,
            state=str(row.state),
            days_left=row.days_left,
            pay_by=row.pay_by,
        )
        for row in timeline_view(now, day_at(now)).rows
    ]


def findings_of(client: PresentClient) -> list[FindingOut]:
    """What is not in order in the newest run of the client in scope."""
    run = latest_run(finished=True)
    if run is None:
        return []
    speech = Translator(client.portal.language, client.portal.time_zone)
    return [
        FindingOut(
            portal=client.consent.code,
            check=row.code,
            level=str(row.level),
            place=str(row.counted_in),
            title=speech.say(row.title),
            text=speech.say(row.line) if row.line else "",
            remedy=speech.say(row.remedy),
            checked_at=run.finished_at,
        )
        for row in checklist_view(run).rows
        if row.counted_in in OPEN
    ]


def cases_of(client: PresentClient) -> list[CaseOut]:
    """The renewals of the client in scope, newest first."""
    return [_case(client, case) for case in list_cases()]


def _case(client: PresentClient, case: CaseView) -> CaseOut:
    sees_sums = Right.PAPERS in client.rights
    return CaseOut(
        portal=client.consent.code,
        id=case.id,
        term=case.term_id,
        ends_on=case.ends_on,
        stage=str(case.stage) if case.stage else None,
        outcome=case.outcome,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        amount=case.amount if sees_sums else None,
        currency=case.currency if sees_sums else None,
        marks=[MarkOut(stage=str(mark.stage), on=mark.on, by=mark.by) for mark in case.marks],
    )
