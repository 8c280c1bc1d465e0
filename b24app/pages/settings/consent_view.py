"""What the client's administrator sees of integrators: who asks, who has access, who had it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.clock import months_later
from b24app.database import current_portal_id
from b24app.integrators.audit import last_look
from b24app.integrators.bulk.asking_schedules import EVERY, asked_every
from b24app.integrators.consent_notices import BEFORE_END, name_of
from b24app.integrators.consents import LONGEST_MONTHS, ConsentView, list_consents
from b24app.integrators.invitations import InvitationView, asked_of, find_by_digest
from b24app.integrators.logo import logo_address
from b24app.integrators.members import integrator_of
from b24app.integrators.request_answers import asker_of, is_for
from b24app.integrators.rights import RIGHT_HINTS, RIGHT_TITLES, Right, in_order, whole
from b24app.web.sealed_ask import open_ask, seal_ask

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Party:
    """An integrator as he calls himself; nobody has confirmed it."""

    name: str
    inn: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One access that lives now."""

    view: ConsentView
    party: Party
    rights: tuple[str, ...]
    until: datetime
    ends_soon: bool
    asked_on: datetime
    looks: int
    last_look: datetime | None
    asks_every: str = ""
    """How often he asks for the date; empty for never."""


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right as a switch: whether it is asked and whether it is on."""

    right: Right
    title: str
    hint: str
    asked: bool
    on: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that waits for an answer here; `sealed` names it in addresses of this portal alone."""

    view: InvitationView
    sealed: str
    party: Party
    present: ConsentView | None


def party_of(integrator_id: int) -> Party:
    """The name that an integrator uses; of a former one only the name is left."""
    row = integrator_of(integrator_id)
    if row is None:
        return Party(name_of(integrator_id))
    return Party(row.name, row.inn, row.contact_name, row.contact_email, row.contact_phone, logo_address(row))


def living_accesses(now: datetime) -> tuple[AccessRow, ...]:
    """Who has access at this moment."""
    return tuple(_access(one, now) for one in list_consents() if one.lives(now))


def earlier_accesses(now: datetime) -> tuple[tuple[str, ConsentView, bool], ...]:
    """Who had access and has none now, each once with his last, and whether that end may still be taken back."""
    living = {one.integrator_id for one in list_consents() if one.lives(now)}
    last = {one.integrator_id: one for one in reversed(list_consents()) if one.integrator_id not in living}
    return tuple((name_of(one.integrator_id), one, one.may_resume(now)) for one in reversed(last.values()))


def _access(view: ConsentView, now: datetime) -> AccessRow:
    looks, last = last_look(view.code, now - WEEK)
    return AccessRow(
        view,
        party_of(view.integrator_id),
        tuple(RIGHT_TITLES[right] for right in in_order(view.rights)),
        view.next_end(now),
        view.ends_at - now <= BEFORE_END,
        view.ends_at - BEFORE_END,
        looks,
        last,
        EVERY.get(asked_every(view.integrator_id), "") if Right.TERMS in view.rights else "",
    )


def waiting_asks(now: datetime) -> tuple[Ask, ...]:
    """The rights that integrators ask without a code, because they have access here already or were declined and let back."""
    found = (_ask(one, now) for one in asked_of(current_portal_id(), now))
    return tuple(one for one in found if one is not None)


def read_ask(sealed: str, now: datetime) -> Ask | None:
    """The request of an address of this portal, as long as it waits and its asker is there."""
    view = find_by_digest(open_ask(sealed))
    if view is None or not view.waits(now) or not is_for(view, current_portal_id()):
        return None
    return _ask(view, now)


def ask_url(view: InvitationView) -> str:
    """The address at which a request is answered."""
    return f"/settings/integrator/asks/{seal_ask(view.digest)}"


def _ask(view: InvitationView, now: datetime) -> Ask | None:
    if asker_of(view) is None:
        return None
    present = (one for one in list_consents() if one.integrator_id == view.integrator_id and one.lives(now))
    return Ask(view, seal_ask(view.digest), party_of(view.integrator_id), next(present, None))


def first_rights(ask: Ask) -> frozenset[Right]:
    """The rights that are switched on at first: what is asked and what he has already; a restore only when he has it."""
    has = ask.present.rights if ask.present else frozenset()
    return whole((frozenset(ask.view.rights) - {Right.RESTORE}) | has)


def right_rows(ask: Ask, chosen: frozenset[Right]) -> tuple[RightRow, ...]:
    """All rights as switches."""
    return tuple(
        RightRow(right, RIGHT_TITLES[right], RIGHT_HINTS[right], right in ask.view.rights, right in chosen)
        for right in Right
    )


def until(now: datetime, months: int, *, prolongs: bool) -> datetime:
    """When an access given now ends: of one that goes on by itself the last possible day."""
    return months_later(now, LONGEST_MONTHS if prolongs else months)
