"""Until when is the SIP connector paid?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, check
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
def sip_connector_paid(sip_connector: SipConnector, now: datetime) -> Verdict:
    """Judge PAID_DATE_END: within fourteen days is worth a look, past is a failure."""
    until = sip_connector.paid_until
    if not sip_connector.paid and until is None:
        return not_used(N_("The SIP connector is not paid for"))
    if until is None:
        return unknown(N_("The portal does not say until when it is paid"))
    left = (until - now.date()).days
    if left < 0:
        return failed(N_("The SIP connector ended on %(ends_on)s"), ends_on=until)
    if left < 14:
        return warned(N_("The SIP connector ends on %(ends_on)s"), ends_on=until)
    return passed(N_("Paid until %(ends_on)s"), ends_on=until)
