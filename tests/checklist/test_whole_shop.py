"""All checks at once: a healthy shop passes, and what is not seen is never a pass."""

from b24app.checklist.engine.check import Area, CheckSpec, load_checks
from b24app.checklist.engine.fact import load_facts
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.verdict import Level
from b24app.checklist.questions.question import load_questions
from tests.checklist.conftest import Shop

CHECKS = load_checks()


def asks_for(spec: CheckSpec) -> set[str]:
    """The permissions without which some fact of the check is refused."""
    facts = load_facts()
    return {scope for name in spec.facts if name in facts for scope in facts[name].scopes}


def test_a_healthy_shop_has_no_complaint(shop: Shop) -> None:
    verdicts = judge(shop.facts(), shop.now)
    loud = {code: v for code, v in verdicts.items() if v.level in {Level.FAIL, Level.WARN}}
    assert set(loud) == {"own_events_bound", "own_widgets_bound"}


def test_without_permissions_nothing_passes(shop: Shop) -> None:
    verdicts = judge(shop.facts(scopes=()), shop.now)
    needy = {code for code, spec in CHECKS.items() if asks_for(spec)}
    assert {verdicts[code].level for code in needy} == {Level.UNKNOWN}
    assert len(needy) >= 45


def test_in_a_lapsed_portal_nothing_that_was_asked_passes(shop: Shop) -> None:
    shop.portal.lapse_to_free()
    verdicts = judge(shop.facts(), shop.now)
    facts = load_facts()
    asked = {code for code, spec in CHECKS.items() if set(spec.facts) & set(facts)}
    assert {verdicts[code].level for code in asked} == {Level.UNKNOWN}
    assert verdicts["portal_answers"].level is Level.FAIL


def test_every_area_has_checks() -> None:
    assert {spec.area for spec in CHECKS.values()} | {q.area for q in load_questions().values()} == set(Area)
    assert len(CHECKS) >= 45


def test_checks_name_facts_that_exist(shop: Shop) -> None:
    known = set(load_facts()) | set(shop.own)
    assert {name for spec in CHECKS.values() for name in (*spec.facts, *spec.optional)} <= known


def test_every_check_says_why_and_what_to_do() -> None:
    for spec in CHECKS.values():
        assert spec.why.endswith("."), spec.code
        assert spec.remedy.endswith("."), spec.code
        assert not spec.title.endswith("."), spec.code


def test_every_check_stands_in_a_file_of_its_own_name() -> None:
    assert all(spec.judge.__module__.endswith(f".{code}") for code, spec in CHECKS.items())


def test_facts_keep_the_order_of_the_batch_plan() -> None:
    ranks = [spec.rank for spec in load_facts().values()]
    assert len(set(ranks)) == len(ranks)


def test_judges_the_whole_shop_quickly(shop: Shop) -> None:
    from time import perf_counter

    facts = shop.facts()
    judge(facts, shop.now)
    started = perf_counter()
    judge(facts, shop.now)
    assert perf_counter() - started < 0.05
