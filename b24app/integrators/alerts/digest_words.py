"""The texts of the week's lines, and the sum of money under way: no total while one sum is unknown."""

from collections.abc import Sequence
from decimal import Decimal

from b24app.integrators.act_by import ActReason
from b24app.integrators.board import ClientRow
from b24app.text.messages import N_, NN_, Sentence, sentence

ACT = NN_("Act this week: %(count)s client.", "Act this week: %(count)s clients.")
MONEY = NN_(
    "Paid and not switched on yet: %(count)s client.", "Paid and not switched on yet: %(count)s clients."
)
INVOICE = NN_(
    "An invoice waits for its payment: %(count)s client.",
    "Invoices wait for their payment: %(count)s clients.",
)
BROKE = NN_("Broke within a week: %(count)s client.", "Broke within a week: %(count)s clients.")
NO_DATE = NN_("No date of the end: %(count)s client.", "No date of the end: %(count)s clients.")
ENDS = NN_(
    "The access ends within two weeks: %(count)s client.",
    "The access ends within two weeks: %(count)s clients.",
)
ANSWERS_NOT = NN_(
    "The portal does not answer: %(count)s client.", "The portals do not answer: %(count)s clients."
)
NOT_SEEN = NN_(
    "No answer for more than two days, or not looked at yet: %(count)s client.",
    "No answer for more than two days, or not looked at yet: %(count)s clients.",
)
HEALED = NN_("Mended within a week: %(count)s client.", "Mended within a week: %(count)s clients.")
DONE = NN_(
    "Your people have done %(count)s thing at clients: %(clients)s in all.",
    "Your people have done %(count)s things at clients: %(clients)s in all.",
)
NOTHING = N_("Nothing to do this week: nothing broke, no date is near, all portals answer.")
NOTHING_PAID = N_("No money is on its way this week.")
NO_CLIENT = N_("You have no clients yet, so there is nothing to tell.")
BY_DAY, WHAT = N_("%(client)s by %(day)s (%(what)s)"), N_("%(client)s (%(what)s)")
NAMES, NAMES_MORE = N_("%(names)s."), N_("%(names)s and %(more)s more.")
SUM, ESTIMATE = N_("In all %(amount)s %(currency)s."), N_("In all about %(amount)s %(currency)s.")
REASONS = {
    str(ActReason.BROKE): N_("something broke"),
    str(ActReason.PAY): N_("pay"),
    str(ActReason.DATE): N_("confirm the date"),
    str(ActReason.FINISH): N_("finish the renewal"),
}


def in_part(count: int, names: Sequence[str | Sentence]) -> Sentence:
    """The clients that come first, and how many more there are."""
    more = count - len(names)
    return (
        sentence(NAMES_MORE, names=tuple(names), more=more)
        if more > 0
        else sentence(NAMES, names=tuple(names))
    )


def money_sum(rows: Sequence[ClientRow]) -> Sentence | None:
    """The sum of these clients where every one of them is known, in one currency."""
    amounts, currencies = [row.amount for row in rows], {row.currency or "" for row in rows}
    if None in amounts or len(currencies) != 1 or "" in currencies:
        return None
    total = sum((amount for amount in amounts if amount is not None), Decimal(0))
    words = ESTIMATE if any(row.estimate for row in rows) else SUM
    return sentence(words, amount=total, currency=currencies.pop().replace("RUB", "₽"))
