"""Until when is the SIP connector paid?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, unknown, warned
from b24app.checklist.facts.channels.sip_connector import SipConnector
from b24app.text.messages import N_


@check(
    title=N_("The SIP connector is paid"),
    why=N_("The SIP connector has its own term: when it ends, office lines stop although the plan is paid."),
    remedy=N_("Extend the SIP connector in the settings of telephony."),
    area=Area.CHANNELS,
    place=N_("Telephony → SIP connector"),
)
def sip_connector_paid(sip_connector: SipConnector, now: datetime, baseline: Baseline) -> Verdict:
    """Judge PAID and PAID_DATE_END: within fourteen days warns; past, or not paid any more, fails."""
    until = sip_connector.paid_until
    if not sip_connector.paid and (until is None or until >= now.date()):
        return _not_paid(sip_connector, baseline.of(SipConnector))
    if until is None:
        return unknown(N_("The portal does not say until when it is paid"))
    left = (until - now.date()).days
    if left < 0:
        return failed(N_("The SIP connector ended on %(ends_on)s"), ends_on=until)
    if left < 14:
        return warned(N_("The SIP connector ends on %(ends_on)s"), ends_on=until)
    return passed(N_("Paid until %(ends_on)s"), ends_on=until)


def _not_paid(now: SipConnector, before: SipConnector | None) -> Verdict:
    """An ended connector has no date any more (voximplant-sip-connector-status.md): only the snapshot shows that it was paid."""
    if before is not None and not before.paid and before.free_minutes and not now.free_minutes:
        return warned(N_("The free minutes of the SIP connector are used up, and it is not paid"))
    if before is None or not before.paid:
        return not_used(N_("The SIP connector is not paid for"))
    if before.paid_until is None:
        return failed(N_("The SIP connector was paid and is not paid any more"))
    return failed(
        N_("The SIP connector is not paid any more: in the snapshot it was paid until %(ends_on)s"),
        ends_on=before.paid_until,
    )
