"""The next step as a record, and the parts that every step is made of. Pure."""

from dataclasses import dataclass
from datetime import date

from b24app.renewal.case import Situation
from b24app.renewal.headline import is_licence
from b24app.renewal.renewal_stages import Holder, Opening, Role
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step; `action` is a code that a page turns into an address.

    `opens` names what the action opens and what is asked about afterwards; empty when nothing is asked.
    """

    code: str
    title: Sentence
    reason: Sentence
    by: date | None
    who: Holder | None
    duty: Sentence
    action: str
    action_text: Sentence
    other: str
    other_text: Sentence
    opens: str = ""
    third: str = ""
    third_text: Sentence = NOTHING
    opening: Opening | None = None


DUTIES = {
    Role.RESPONSIBLE: N_("responsible for the invoice"),
    Role.DECIDER: N_("decides"),
    Role.PAYER: N_("pays"),
    Role.ACTIVATOR: N_("activates"),
}


def reason_of(s: Situation, by: date | None, tail: Sentence = NOTHING) -> Sentence:
    """«До 15 декабря.», or that the day has passed; a card pays on any day, so working days are not counted."""
    if by is None:
        return tail
    if by < s.today:
        return sentence(N_("It had to be done by %(day)s. Do it today. %(tail)s"), day=by, tail=tail)
    if by == s.today:
        return sentence(N_("Today is the last day. %(tail)s"), tail=tail)
    return sentence(N_("By %(day)s. %(tail)s"), day=by, tail=tail)


def make_step(
    s: Situation, code: str, title: Sentence, reason: Sentence, *, role: Role, by: date | None, action: str, text: str,
    other: str = "", other_text: str = "", opens: str = "",
) -> NextStep:  # fmt: skip
    """Put a step together with the person of its role."""
    return NextStep(
        code=code,
        title=title,
        reason=reason,
        by=by,
        who=s.who(role),
        duty=sentence(DUTIES[role]),
        action=action,
        action_text=sentence(text),
        other=other,
        other_text=sentence(other_text),
        opens=opens,
    )


def where_to_pay(s: Situation) -> dict[str, str]:
    """The page of the portal on which the term is paid for, and the text of its button."""
    if is_licence(s):
        return {"action": "open_licence", "text": N_("Open the licence")}
    return {"action": "open_payment", "text": N_("Open the payment in the portal")}
