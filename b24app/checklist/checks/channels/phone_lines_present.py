"""Are the phone lines there?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, warned
from b24app.checklist.facts.channels.outgoing_line import OutgoingLine
from b24app.checklist.facts.channels.phone_lines import PhoneLines
from b24app.text.messages import N_


@check(
    title=N_("Phone lines are in place"),
    why=N_("Buyers call a number that is not connected any more and reach nobody."),
    remedy=N_("Connect the line again; a rented number can be kept only for a short time."),
    area=Area.CHANNELS,
    place=N_("Telephony → Numbers"),
)
def phone_lines_present(phone_lines: PhoneLines, outgoing_line: OutgoingLine, baseline: Baseline) -> Verdict:
    """Judge that no line of the baseline is lost, nor the default line for outgoing calls."""
    before, was = baseline.of(PhoneLines), baseline.of(OutgoingLine)
    lost = gone(before.names if before else None, phone_lines.names)
    if lost:
        return failed(N_("Lines are gone: %(names)s"), names=lost)
    if was is not None and was.id and was.id != outgoing_line.id:
        if not outgoing_line.id:
            return warned(N_("No line for outgoing calls is chosen"))
        value = phone_lines.names.get(outgoing_line.id, outgoing_line.id)
        return warned(N_("Outgoing calls go through another line: %(name)s"), name=value)
    if not phone_lines.names:
        return not_used(N_("Telephony has no lines"))
    return passed(N_("Lines: %(names)s"), names=tuple(phone_lines.names.values()))
