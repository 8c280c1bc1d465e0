"""Is the register of applications kept?"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.outside_checks import NOT_A_NAME, NOT_PUBLIC
from b24app.checklist.engine.own_facts import PublicAddress, PublicAddresses, Register, RegisterEntry
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, asked, failed, passed, seen, warned
from b24app.checklist.facts.plan.named_people import NamedPeople
from b24app.text.messages import N_

SOON = timedelta(days=30)  # the person who can prolong it may be away
CERTIFICATE_DAYS = 14
NOT_OURS_TO_SEE = frozenset({NOT_A_NAME, NOT_PUBLIC})
"""Addresses inside an office: their state cannot be seen from outside."""


@check(
    title=N_("The register of applications is kept"),
    why=N_(
        "No method lists webhooks and other applications: only a written list shows what stopped after the renewal."
    ),
    remedy=N_("Enter each application and webhook with its owner, address and expiry."),
    area=Area.APPS,
    severity=Severity.NOTE,
    place=N_("Applications → Developer resources → Integrations"),
)
def register_is_kept(
    register: Register,
    now: datetime,
    named_people: NamedPeople | None = None,
    public_addresses: PublicAddresses | None = None,
) -> Verdict:
    """Judge each entry: expired, ends within a month, owner dismissed, address that does not answer."""
    if not register.rows:
        return asked(
            N_("The register is empty"), N_("Enter at least the exchange with 1C and the site's webhooks")
        )
    hosts = public_addresses.registered if public_addresses else {}
    told = {row: tuple(_troubles(row, now, named_people, hosts.get(row.host))) for row in register.rows}
    evidence = tuple(line for lines in told.values() for line in lines)
    over = tuple(row.name for row in told if row.expires_on and row.expires_on < now.date())
    if over:
        return failed(N_("Expired: %(names)s"), None, evidence, names=over)
    if doubtful := tuple(row.name for row, lines in told.items() if lines):
        return warned(N_("May stop working: %(names)s"), None, evidence, names=doubtful)
    return passed(N_("Entries: %(count)s"), None, _looked_at(register, hosts), count=len(register.rows))


def _looked_at(register: Register, seen_hosts: Mapping[str, PublicAddress]) -> tuple[Evidence, ...]:
    """How many of the addresses our server has looked at; empty where it may not look outside."""
    wanted = {row.host for row in register.rows if row.host}
    if not wanted or not seen_hosts:
        return ()
    message = N_("%(count)s of %(total)s")
    return (
        seen(N_("Addresses looked at"), message, count=len(wanted & seen_hosts.keys()), total=len(wanted)),
    )


def _troubles(
    row: RegisterEntry, now: datetime, people: NamedPeople | None, address: PublicAddress | None
) -> Iterator[Evidence]:
    ends = row.expires_on
    if ends is not None and ends < now.date():
        yield seen(row.name, N_("ended on %(ends_on)s"), Level.FAIL, ends_on=ends)
    elif ends is not None and ends <= now.date() + SOON:
        yield seen(row.name, N_("ends on %(ends_on)s"), Level.WARN, ends_on=ends)
    if people is not None and row.owner_id and people.is_dismissed(row.owner_id):
        yield seen(row.name, N_("its owner was dismissed: move it to somebody who works here"), Level.WARN)
    if address is not None and not address.ok and address.problem not in NOT_OURS_TO_SEE:
        yield seen(row.name, N_("the address %(host)s does not answer"), Level.WARN, host=row.host)
    if address is not None and address.certificate_ends_within(CERTIFICATE_DAYS):
        days = address.days_of_certificate
        yield seen(row.name, N_("certificate, days left: %(days)s"), Level.WARN, days=days)
