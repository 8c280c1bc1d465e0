"""Do the servers of connected applications answer?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import PublicAddresses
from b24app.checklist.engine.verdict import Level, Verdict, not_used, passed, seen, warned
from b24app.text.messages import N_

SOON = 14


@check(
    title=N_("Servers of connected applications answer"),
    why=N_("A payment, delivery or cash handler whose server is gone fails at the buyer's checkout."),
    remedy=N_("Ask the application's developer; until then switch the handler's service off."),
    area=Area.APPS,
    severity=Severity.ORDERS,
)
def handler_hosts_answer(public_addresses: PublicAddresses) -> Verdict:
    """Judge what our server saw of the handlers' hosts: name and certificate, nothing is sent to them."""
    hosts = public_addresses.hosts
    broken = tuple(host for host, row in hosts.items() if not row.ok)
    evidence = tuple(seen(host, hosts[host].problem, Level.WARN) for host in broken)
    if broken:
        return warned(N_("Servers do not answer: %(names)s"), None, evidence, names=broken)
    ending = {
        host: row.days_of_certificate for host, row in hosts.items() if row.certificate_ends_within(SOON)
    }
    if ending:
        left = tuple(
            seen(host, N_("certificate, days left: %(days)s"), Level.WARN, days=days)
            for host, days in ending.items()
        )
        return warned(N_("Certificates end soon: %(names)s"), None, left, names=tuple(ending))
    if not hosts:
        return not_used(N_("No handler has a server of its own"))
    return passed(N_("Servers that answer: %(names)s"), names=tuple(hosts))
