"""Which plan fits, and what a move changes."""

from decimal import Decimal

import pytest

from b24app.plans.advice import Fit, advise, locked_out, plan_rows, shop_sizes
from b24app.plans.plan_catalogue import read_plans
from b24app.plans.plan_moves import impacts

PLANS = read_plans()
STD, BASIC, PRO, FREE = (PLANS.find(code) for code in ("std", "basic", "pro100", "project"))
STORY = {
    "users": Decimal(43),
    "disk_gb": Decimal("78.4"),
    "orders": Decimal(640),
    "business_processes": Decimal(6),
    "bi_reports": Decimal(3),
}


def fits(need: dict[str, Decimal]) -> dict[str, Fit]:
    return {item.plan.code: item.fit for item in advise(need, PLANS, STD)}


def levels(need, source, target, **more) -> dict[str, str]:
    return {line.code: line.level for line in impacts(need, source, target, **more)}


def test_the_verdicts_of_the_story():
    assert fits(STORY) == {
        "basic": Fit.TOO_SMALL,
        "std": Fit.RECOMMENDED,
        "pro100": Fit.FITS,
        "ent250": Fit.LARGER,
    }


@pytest.mark.parametrize(
    ("orders", "code"), [(50, "basic"), (100, "basic"), (101, "std"), (1000, "std"), (1001, "pro100")]
)
def test_the_articles_sizes_of_shop_guide_the_choice(orders, code):
    found = fits({"orders": Decimal(orders), "users": Decimal(4)})
    assert [name for name, fit in found.items() if fit is Fit.RECOMMENDED] == [code]


@pytest.mark.parametrize(
    ("need", "code"),
    [
        ({"users": Decimal(51)}, "pro100"),
        ({"disk_gb": Decimal(101)}, "pro100"),
        ({"users": Decimal(5), "business_processes": Decimal(1)}, "std"),
        ({"users": Decimal(5), "own_domain": Decimal(1)}, "pro100"),
        ({"users": Decimal(5)}, "basic"),
    ],
)
def test_stated_limits_and_needed_functions_forbid_a_plan(need, code):
    assert fits(need)[code] is Fit.RECOMMENDED


def test_the_comparison_by_size_of_shop_is_that_of_the_article():
    sizes = [(size.low, size.high, [plan.code for plan in size.plans]) for size in shop_sizes(PLANS)]
    assert sizes == [
        (None, 100, ["basic", "std"]),
        (100, 1000, ["std", "pro100"]),
        (1000, None, ["pro100", "ent250"]),
    ]


def test_an_unknown_limit_never_forbids():
    assert not any(row.blocks for row in plan_rows({"smart_processes": Decimal(900)}, STD))


def test_orders_alone_never_make_a_plan_impossible():
    advice = {item.plan.code: item for item in advise({"orders": Decimal(5000)}, PLANS, STD)}
    assert advice["std"].fit is Fit.FITS
    assert not advice["std"].orders_fit


def test_oversize_plans_appear_when_needed_or_held():
    assert fits({"users": Decimal(300)})["ent500"] is Fit.RECOMMENDED
    held = advise({"users": Decimal(40)}, PLANS, PLANS.find("ent1000"))
    assert [item.plan.code for item in held if item.current] == ["ent1000"]
    assert "ent500" not in fits(STORY)


def test_more_people_than_any_plan_leaves_nothing_to_recommend():
    assert Fit.RECOMMENDED not in fits({"users": Decimal(20000)}).values()


def test_the_administrator_is_counted_among_those_locked_out():
    assert locked_out(STORY, BASIC) == 38
    assert locked_out(STORY, FREE) == 0


def test_moving_down_to_basic_in_the_story():
    lines = impacts(STORY, STD, BASIC)
    assert [(line.code, line.level) for line in lines if line.level != "pass"][:3] == [
        ("locked_out", "fail"),
        ("bi_destroyed", "fail"),
        ("processes_stop", "fail"),
    ]
    disk = next(line for line in lines if line.code == "disk")
    assert (disk.level, disk.values["count"]) == ("warn", Decimal("54.4"))


def test_reports_are_warned_about_even_when_uncounted():
    assert levels({"users": Decimal(4)}, STD, BASIC)["bi_destroyed"] == "warn"


def test_falling_to_free_stops_everything_outside():
    found = levels({**STORY, "pipelines": Decimal(4), "administrators": Decimal(2)}, STD, FREE)
    assert {found[code] for code in ("rest_stops", "robots_stop", "pipelines", "administrators")} == {"fail"}


def test_what_no_source_states_is_said_to_be_unknown():
    assert levels({"users": Decimal(4), "sites": Decimal(2)}, STD, BASIC)["limits_unknown"] == "unknown"


def test_limits_that_no_source_states_are_one_line_that_names_them():
    need = {"users": Decimal(4), "sites": Decimal(2), "smart_processes": Decimal(3)}
    (line,) = [line for line in impacts(need, STD, BASIC) if line.code == "limits_unknown"]
    assert line.used == (("smart_processes", 3), ("sites", 2))


def test_owners_of_integrations_are_mentioned_when_people_are_locked_out():
    assert levels(STORY, STD, BASIC, owners=2)["owners"] == "warn"
    assert "owners" not in levels({"users": Decimal(4)}, STD, BASIC, owners=2)


def test_leaving_enterprise_slows_integrations_and_leaving_professional_detaches_the_domain():
    assert levels({}, PLANS.find("ent250"), PRO)["slower"] == "warn"
    down = levels({}, PRO, STD)
    assert (down["own_domain"], down["auth_connector"]) == ("warn", "warn")


def test_moving_up_keeps_everything():
    assert levels(STORY, STD, PRO) == {"data_stays": "pass", "unused_time": "unknown"}
    assert levels(STORY, PRO, PLANS.find("ent250"))["faster"] == "pass"
    assert levels(STORY, PLANS.find("ent250"), PLANS.find("ent500"))["data_stays"] == "pass"
