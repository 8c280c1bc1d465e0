"""What is expected of a portal after a run: what a rule judges, counts, places in an order, groups that nobody saw."""

from dataclasses import replace

from b24app.checklist.engine.fact import Facts
from b24app.comparison.baseline import adopted, learned
from b24app.comparison.compare import Difference, compare_objects
from b24app.comparison.expected_objects import dump_state, load_state
from b24app.comparison.resource import NOT_SEEN, Resource, load_resources

NONE = Facts()


def test_what_a_rule_judges_is_learned_too() -> None:
    """A channel that was off in the baseline, was connected and broke."""
    kind = load_resources()["connector"]
    off = Resource("Телеграм", "", dict.fromkeys(kind.fields, "no"), on=False)
    expected = learned({"connector": {"tg": off}}, {"connector": {"tg": replace(off, on=True)}})
    (change,) = compare_objects(expected, {"connector": {"tg": off}}, NONE, NONE).changes
    assert change.difference is Difference.OFF


def test_counts_stay_those_of_the_baseline_that_they_were_asked_by() -> None:
    was = Resource("Deals", "", {"count": "100", "max_id": "100", "kind": "deals"})
    now = Resource(
        "Deals", "", {"count": "120", "max_id": "120", "kept": "100", "kept_of": "100", "kind": "deals"}
    )
    expected = learned({"crm_total": {"deals": was}}, {"crm_total": {"deals": now}})
    assert expected["crm_total"]["deals"].fields["max_id"] == "100"
    less = replace(now, fields={**now.fields, "count": "90", "kept": "70"})
    (change,) = compare_objects(expected, {"crm_total": {"deals": less}}, NONE, NONE).changes
    assert [(one.before, one.after) for one in change.fields] == [("100", "70")]


def test_a_stage_that_came_keeps_its_place_among_the_lost() -> None:
    def stages(*codes: str) -> dict[str, dict[str, Resource]]:
        return {"stage": {f"S:{code}": Resource(code, "", {"order": str(n)}) for n, code in enumerate(codes)}}

    expected = learned(stages("a", "b", "c"), stages("a", "new", "c"))
    row = sorted(expected["stage"], key=lambda key: int(expected["stage"][key].fields["order"]))
    assert row == ["S:a", "S:new", "S:b", "S:c"]
    (lost,) = compare_objects(expected, stages("a", "new", "c"), NONE, NONE).changes
    assert (lost.key, lost.difference) == ("S:b", Difference.LOST)


def test_one_stage_that_moved_is_one_line_and_a_renumbering_none() -> None:
    def stages(*codes: str, step: int = 1) -> dict[str, dict[str, Resource]]:
        found = {f"S:{code}": Resource(code, "", {"order": str(n * step)}) for n, code in enumerate(codes)}
        return {"stage": found}

    assert (
        compare_objects(stages("a", "b", "c", "d"), stages("a", "b", "c", "d", step=10), NONE, NONE).changes
        == ()
    )
    (moved,) = compare_objects(stages("a", "b", "c", "d"), stages("d", "a", "b", "c"), NONE, NONE).changes
    assert (moved.key, [(one.before, one.after) for one in moved.fields]) == ("S:d", [("4", "1")])


def test_a_group_that_nobody_saw_is_neither_lost_nor_new() -> None:
    hidden = {"stage": {"S:*": NOT_SEEN}}
    known = {"stage": {"S:a": Resource("a", "", {})}}
    assert compare_objects(known, hidden, NONE, NONE).changes == ()
    kept = load_state(dump_state(learned(known, hidden)))
    assert kept == known
    assert adopted(known, hidden) == known
    assert load_state(dump_state(learned(hidden, known))) == known
    assert load_state(dump_state(hidden)) == hidden
