"""A list is read to its end: what stands on its second page is seen, lost and told like the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from b24app.bitrix24.responses import Command, Outcome
from b24app.checklist.engine.fact import Facts, Reason, load_facts
from b24app.checklist.engine.further_pages import MOST_PAGES, joined
from b24app.checklist.engine.gather import gather
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.crm.process_templates import ProcessTemplates
from b24app.checklist.facts.delivery.checkout_fields import CheckoutFields
from b24app.manifest import read_manifest
from b24app.rest_client import RestClient
from tests.checklist.conftest import Shop

SCOPES = read_manifest().scopes


def fill(shop: Shop, table: str, count: int) -> None:
    """Copies of the last row until the table has so many."""
    rows = shop.portal.tables[table]
    pattern, first = rows.all()[-1], len(rows)
    for number in range(first, count):
        rows.add({**pattern, rows.key: type(pattern[rows.key])(7000 + number)})


def test_what_stands_on_the_second_page_is_seen_and_missed(shop: Shop) -> None:
    fill(shop, "bp_template", 120)
    before = shop.facts("process_templates")
    found = before.of(ProcessTemplates)
    assert found is not None
    assert (found.total, len(found.rows)) == (120, 120)
    assert len({row.id for row in found.rows}) == 120
    shop.portal.remove("template", "7119")
    assert shop.verdict("processes_present", before).level is Level.FAIL


def test_rows_under_a_key_are_joined_too(shop: Shop) -> None:
    fill(shop, "order_property", 101)
    found = shop.facts("checkout_fields").of(CheckoutFields)
    assert found is not None
    assert len({row.id for row in found.rows}) == 101


def test_a_list_whose_second_page_is_refused_is_not_taken_for_the_whole(shop: Shop) -> None:
    fill(shop, "bp_template", 60)
    facts: list[Facts] = []

    def first_phase_seen(phase: int, seen: Facts) -> None:
        facts.append(seen)
        if phase == 1:
            shop.portal.refuse_next("ACCESS_DENIED", times=None, method="bizproc.workflow.template.list")

    found = gather(shop.client(), shop.now, SCOPES, progress=first_phase_seen)
    assert "process_templates" not in facts[0].values
    assert found.refusals["process_templates"].reason is Reason.RIGHT


def test_a_very_long_list_is_read_up_to_a_bound_and_says_how_long_it_is(shop: Shop) -> None:
    fill(shop, "bp_template", 700)
    found = shop.facts("process_templates").of(ProcessTemplates)
    assert found is not None
    assert (found.total, len(found.rows)) == (700, 50 * (MOST_PAGES + 1))


@dataclass
class Watched:
    """A door that keeps what went through it; behind it is the real one."""

    client: RestClient
    sent: list[list[str]] = field(default_factory=list)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        self.sent.append(list(commands))
        return self.client.batch(commands)


def test_a_list_of_fifty_or_of_which_only_the_number_matters_is_asked_once(shop: Shop) -> None:
    fill(shop, "bp_template", 50)
    fill(shop, "storage", 70)
    door = Watched(shop.client())
    gather(door, shop.now, SCOPES)
    keys = [key for batch in door.sent for key in batch]
    assert keys.count("process_templates") == 1
    assert "storage_total" in keys
    assert not [key for key in keys if key.startswith(("process_templates.", "storage_total."))]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ([1], [2], [1, 2]),
        ({"types": [1]}, {"types": [2]}, {"types": [1, 2]}),
        ({"7": {"a": 1}}, {"8": {"a": 2}}, {"7": {"a": 1}, "8": {"a": 2}}),
        ([1], {}, [1]),
    ],
)
def test_pages_are_joined_as_they_come(one: object, other: object, both: object) -> None:
    assert joined(one, other) == both  # type: ignore[arg-type]


def test_lists_that_count_their_rows_are_known_by_their_call() -> None:
    lists = {name for name, spec in load_facts().items() if spec.is_list and not spec.second}
    assert {"process_templates", "checkout_fields", "stores", "smart_processes", "employees"} <= lists
