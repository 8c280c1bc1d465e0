"""A count that the portal left out is not known; it is never taken for zero."""

from typing import Any

import pytest

from b24app.bitrix24.responses import Answer
from b24app.checklist.engine.fact import Asking, Facts, load_facts
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.errors import AnswerBroken
from b24app.renewal.activation import totals_of
from sandbox.shop.trading import Habits, trade_by
from tests.checklist.conftest import Shop
from tests.worlds import DAY_OF_THE_STORY

ASKING = Asking(DAY_OF_THE_STORY, Facts())


def read(name: str, total: int | None) -> Any:
    """What a fact reads from empty pages with this total."""
    spec = load_facts()[name]
    pages = {key: Answer([], total=total) for key in spec.calls(ASKING)}
    return spec.read(pages, ASKING)


@pytest.mark.parametrize("name", ["order_counts", "order_months", "storage_total", "user_totals"])
def test_without_a_count_nothing_is_said(name: str) -> None:
    assert read(name, 0) is not None
    with pytest.raises(AnswerBroken):
        read(name, None)


def test_a_kind_of_the_crm_that_was_not_counted_is_absent() -> None:
    assert read("crm_totals", 0).totals["deals"].count == 0
    assert read("crm_totals", None).totals == {}


def test_what_was_missed_is_not_known_where_the_portal_did_not_count() -> None:
    answers = {"orders": Answer([], total=7), "deals": Answer([]), "leads": AnswerBroken()}
    assert totals_of(answers) == {"orders": 7, "deals": None, "leads": None}


def test_people_of_a_short_page_count_themselves_and_a_full_page_does_not() -> None:
    people = [{"ID": str(number), "ACTIVE": True} for number in range(1, 51)]
    employees = load_facts()["employees"].read
    assert employees({"": Answer(people[:49])}, ASKING).total == 49
    assert employees({"": Answer(people, total=120)}, ASKING).total == 120
    with pytest.raises(AnswerBroken):
        employees({"": Answer(people)}, ASKING)


def test_a_silence_that_began_at_the_end_of_a_month_teaches_no_closed_weekday(shop: Shop) -> None:
    trade_by(shop.portal, Habits(60, 10))
    shop.portal.extra["order_history"].pace.stops_at = shop.now
    shop.portal.world.clock.advance(days=3)
    months = shop.facts("order_months").of(OrderMonths)
    assert months is not None
    assert sum(months.months[1].pattern.days) < 1.2
