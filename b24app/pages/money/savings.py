"""What the article advises on the size of a shop and on saving, counted from the data that cards and checks use."""

from collections.abc import Iterator
from dataclasses import dataclass

from b24app.plans.advice import suited
from b24app.renewal.plan_money import Money
from b24app.text.formats import money as sum_text
from b24app.text.formats import percent
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class Saving:
    """One line of advice: what is so, why or what to do, and its icon."""

    text: Sentence
    about: Sentence
    shape: str


def list_savings(money: Money, sizes_source: str) -> tuple[Saving, ...]:
    """The advice for this portal; `sizes_source` names who advises plans by the size of a shop, and when."""
    parts = (_size(money, sizes_source), _people(money), _smaller(money), _period(money), _year(money))
    return tuple(line for part in parts for line in part)


def _size(money: Money, source: str) -> Iterator[Saving]:
    if money.profile.edition == "on_premise":
        return
    about = sentence(N_("Advice, not a limit of the plan: %(source)s"), source=source)
    if money.busiest is None:
        text = N_(
            "The size of the shop is not known yet: run the checks, they count the orders of seven months"
        )
        yield Saving(sentence(text), about, "chart")
        return
    names = tuple(sentence(plan.title) for plan in suited(money.busiest.value, money.table))
    text = N_("Orders in the busiest of seven months: %(count)s. For a shop of this size: %(plans)s")
    yield Saving(sentence(text, count=money.busiest.value, plans=names), about, "chart")


def _people(money: Money) -> Iterator[Saving]:
    if money.usage.idle_users:
        text = sentence(N_("Employees not seen for 60 days: %(count)s"), count=money.usage.idle_users)
        yield Saving(
            text, sentence(N_("Dismiss those who left: their seats become free, their data stays.")), "user"
        )


def _smaller(money: Money) -> Iterator[Saving]:
    advised, held = money.advised, money.usage.plan
    if advised is not None and held is not None and advised.plan.rank < held.rank:
        text = sentence(
            N_("A smaller plan is enough for the present numbers: “%(plan)s”"),
            plan=sentence(advised.plan.title),
        )
        yield Saving(text, sentence(N_("Look at what is lost by the move before you decide.")), "down")


def _period(money: Money) -> Iterator[Saving]:
    """Compare two prices only if people wrote both; a discount that nobody confirmed is no saving."""
    if money.year is None or money.profile.edition == "on_premise":
        return
    month, year = (money.year.plan.fact(code).used for code in ("price", "price_year"))
    if year is None or year.is_estimate or year.amount is None:
        text = N_("Ask for the price of 12 months at once and write it down")
        yield Saving(sentence(text), sentence(N_("The budget then counts with it.")), "sheet")
    elif month is not None and not month.is_estimate and month.amount is not None:
        saved = month.amount * 12 - year.amount
        if saved > 0:
            text = N_("12 months at once cost less than twelve monthly payments, by %(sum)s")
            yield Saving(sentence(text, sum=sum_text(saved, money.table.currency)), NOTHING, "sheet")


def _year(money: Money) -> Iterator[Saving]:
    if money.year is not None:
        text = N_(
            "The year’s budget holds the plan, a move up when the seats run out, and a reserve of %(share)s"
        )
        about = N_(
            "Put the licence among the running costs; change the growth and the reserve under “Change the numbers”."
        )
        yield Saving(
            sentence(text, share=percent(float(money.profile.reserve_percent))), sentence(about), "calendar"
        )
