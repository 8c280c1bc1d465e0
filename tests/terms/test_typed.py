"""Numbers as people type and paste them, wherever the application asks for one."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from b24app.database import portal_scope
from b24app.errors import BadInput
from b24app.input_limits import plain_number
from b24app.pages.money.terms_page import read_term
from b24app.terms.corrections import correct_fact, corrected_plans
from b24app.terms.profile import get_profile
from b24app.web.form_fields import read_number
from tests.actors import Actor, Opened
from tests.terms.conftest import AT, MARINA

TYPED = [f"13{space}990{point}50" for space in ("", " ", "\u00a0", "\u202f", "\u2009") for point in ".,"]


@pytest.mark.parametrize("text", TYPED)
def test_every_space_and_both_signs_are_one_number(text):
    assert plain_number(f" {text} ") == "13990.50"
    assert read_number(text, "value") == Decimal("13990.5")
    assert read_term(MultiDict({"price": text})).price == Decimal("13990.5")


@pytest.mark.parametrize("text", ["", "many", "1,23,4.50", "NaN", "--1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadInput):
        read_number(text, "value")


def test_a_pasted_price_corrects_the_table(portal):
    correct_fact("std", "price", "13\u2009990", reason="счёт", by=MARINA, at=AT)
    assert corrected_plans(get_profile()).plans["std"].fact("price").number == 13990


def test_a_pasted_sum_is_kept_by_the_page_of_money(north: Actor, north_admin: Opened):
    form = {"average_order": "4\u202f500,50", "portal_share_percent": "60", "reserve_percent": "12,5"}
    assert north_admin.post("/money/plan/sums", **form).status_code == 200
    with portal_scope(north.portal_id):
        assert get_profile().average_order == Decimal("4500.5")
