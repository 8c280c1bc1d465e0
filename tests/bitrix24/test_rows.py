"""Lists are complete or an error says why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from b24app import errors
from b24app.bitrix24.list_methods import Mode, Paging, paging_of
from b24app.bitrix24.oauth import Tokens
from b24app.bitrix24.portal_address import Address
from b24app.portals.token_store import OneToken
from b24app.rest_client import RestClient
from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.world import World
from tests.bitrix24.conftest import Memory, at_command

DEALS = ("crm.item.list", {"entityTypeId": 2})
BY_OFFSET = ("crm.item.list", {"entityTypeId": 2, "order": {"id": "ASC"}})


def keep_first(portal: Portal, number: int) -> None:
    for one in kept(portal)[number:]:
        portal.tables["deal"].delete(one)


def ids(rows: Any) -> list[int]:
    return [int(row["id"]) for row in rows]


def kept(portal: Portal) -> list[int]:
    return list(portal.tables["deal"].ids)


def test_reads_every_row_in_order(client: RestClient, portal: Portal) -> None:
    assert ids(client.rows(*DEALS)) == kept(portal)


def test_sends_one_request_per_2500_rows_and_one_more(client: RestClient) -> None:
    list(client.rows(*DEALS))
    assert client.requests_sent == 2


def test_a_long_list_costs_the_floor_and_two_requests_of_fifty_commands(
    make_client: Callable[..., RestClient], world: World, card: ApplicationCard, log: Memory
) -> None:
    big = world.add_portal("big.example", rows=2_600)
    big.add_application(card)
    pair = big.issue_tokens(card, big.admin)
    client = make_client(address=Address("https://big.example/rest/"))
    client.connection.tokens = OneToken(
        Tokens(pair.access, pair.refresh, world.clock.now() + timedelta(hours=1))
    )
    assert ids(client.rows(*DEALS)) == kept(big)
    assert client.requests_sent <= 2 + 2
    assert {entry.error for entry in log.entries} == {""}


def test_shows_the_first_rows_before_it_asks_for_the_rest(client: RestClient) -> None:
    next(iter(client.rows(*DEALS)))
    assert client.requests_sent == 1


@pytest.mark.parametrize("number", [3, 4, 9, 13])
def test_goes_on_behind_the_last_row_after_a_refused_command(
    client: RestClient, portal: Portal, world: World, number: int
) -> None:
    at_command(world, number, lambda: portal.refuse_next("OPERATION_TIME_LIMIT", method="crm.item.list"))
    assert ids(client.rows(*DEALS)) == kept(portal)
    assert client.requests_sent > 2


def test_a_refusal_for_good_ends_the_list_with_an_error(
    client: RestClient, portal: Portal, world: World
) -> None:
    at_command(world, 6, lambda: portal.refuse_next("insufficient_scope", method="crm.item.list", times=9))
    rows = client.rows(*DEALS)
    with pytest.raises(errors.ScopeMissing):
        list(rows)


@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "cut"])
def test_a_broken_answer_is_asked_for_again(client: RestClient, portal: Portal, kind: Any) -> None:
    rows = client.rows(*DEALS)
    first = next(rows)
    portal.answer_next(kind, times=2)
    assert ids([first, *rows]) == kept(portal)


def test_rows_deleted_meanwhile_lose_no_surviving_row(
    client: RestClient, portal: Portal, world: World
) -> None:
    lowest = kept(portal)[:25]
    at_command(world, 5, lambda: [portal.tables["deal"].delete(one) for one in lowest])
    assert set(kept(portal)) <= set(ids(client.rows(*DEALS)))


def test_rows_added_meanwhile_disturb_nothing(client: RestClient, portal: Portal, world: World) -> None:
    before = kept(portal)
    template = portal.tables["deal"].get(before[0])
    new = {**(template or {}), "id": before[-1] + 1}
    at_command(world, 5, lambda: portal.tables["deal"].add(new))
    assert set(before) <= set(ids(client.rows(*DEALS)))


def test_gaps_between_ids_change_nothing(client: RestClient, portal: Portal) -> None:
    for one in kept(portal)[100:500:3]:
        portal.tables["deal"].delete(one)
    assert ids(client.rows(*DEALS)) == kept(portal)


def test_an_empty_list_takes_one_request(client: RestClient) -> None:
    assert list(client.rows("crm.item.list", {"entityTypeId": 2, "filter": {"title": "nobody"}})) == []
    assert client.requests_sent == 1


def test_resumes_behind_a_row(client: RestClient, portal: Portal) -> None:
    middle = kept(portal)[300]
    assert ids(client.rows(*DEALS, after=middle)) == kept(portal)[301:]


def test_keeps_the_callers_filter_and_bounds(client: RestClient, portal: Portal) -> None:
    low, high = kept(portal)[60], kept(portal)[400]
    found = ids(client.rows("crm.item.list", {"entityTypeId": 2, "filter": {">id": low, "<=id": high}}))
    assert found == kept(portal)[61:401]


def test_selects_the_id_even_when_not_asked(client: RestClient) -> None:
    row = next(client.rows("crm.item.list", {"entityTypeId": 2, "select": ["title"]}))
    assert {"id", "title"} <= set(row)


def test_an_order_of_the_callers_turns_to_reading_by_offset(client: RestClient, portal: Portal) -> None:
    found = ids(client.rows("crm.item.list", {"entityTypeId": 2, "order": {"id": "DESC"}}))
    assert found == kept(portal)[::-1]


def test_tries_an_undocumented_start_once_and_remembers(client: RestClient, portal: Portal) -> None:
    assert len(list(client.rows("crm.deal.list"))) == len(kept(portal))
    assert client.habits.recall("crm.deal.list") == Mode.KEYSET


def test_a_slow_portal_is_read_over_several_connections(
    client: RestClient, portal: Portal, world: World
) -> None:
    world.per_command = 5.0  # so slow that five commands fill a request
    assert ids(client.rows(*DEALS)) == kept(portal)
    assert client.requests_sent == 5


@pytest.mark.parametrize("number", [4, 5, 9, 13])
def test_stretches_read_at_once_keep_the_guarantees(
    client: RestClient, portal: Portal, world: World, number: int
) -> None:
    for one in kept(portal)[100:300:2]:
        portal.tables["deal"].delete(one)
    at_command(world, number, lambda: portal.refuse_next("QUERY_LIMIT_EXCEEDED", method="crm.item.list"))
    world.per_command = 5.0
    assert ids(client.rows(*DEALS)) == kept(portal)


@pytest.mark.parametrize("per_command", [0.0, 5.0], ids=["quick", "slow"])
@pytest.mark.parametrize("bound", [">id", "<=id", ">=id", "<id"])
def test_a_bound_of_the_callers_own_stands(
    client: RestClient, portal: Portal, world: World, bound: str, per_command: float
) -> None:
    world.per_command, middle = per_command, kept(portal)[300]
    compare = {">id": middle.__lt__, ">=id": middle.__le__, "<id": middle.__gt__, "<=id": middle.__ge__}[
        bound
    ]
    found = ids(client.rows("crm.item.list", {"entityTypeId": 2, "filter": {bound: middle}}))
    assert found == [one for one in kept(portal) if compare(one)]


def test_after_an_answer_that_broke_half_as_many_pages_are_asked_for(
    client: RestClient, portal: Portal, world: World, log: Memory
) -> None:
    at_command(world, 2, lambda: portal.answer_next("truncated", method="batch"))
    assert ids(client.rows(*DEALS)) == kept(portal)
    broken, next_one = (entry.request.count("crm.item.list") for entry in log.entries[1:3])
    assert log.entries[1].error.startswith("AnswerBroken")
    assert next_one <= broken / 2 + 1


def test_a_list_that_shrinks_while_read_by_offset_is_read_again(
    client: RestClient, portal: Portal, world: World
) -> None:
    lowest = kept(portal)[:60]
    at_command(world, 2, lambda: [portal.tables["deal"].delete(one) for one in lowest])
    found = ids(client.rows(*BY_OFFSET))
    assert set(kept(portal)) <= set(found)
    assert len(found) == len(set(found))


def test_a_short_list_costs_one_request(client: RestClient, portal: Portal) -> None:
    keep_first(portal, 49)
    assert len(ids(client.rows(*DEALS))) == 49
    assert client.requests_sent == 1


def test_a_list_of_one_page_is_proved_by_one_request(client: RestClient, portal: Portal) -> None:
    keep_first(portal, 50)
    assert len(ids(client.rows(*BY_OFFSET))) == 50
    assert client.requests_sent == 1


def test_a_row_that_takes_the_place_of_another_hides_none(
    client: RestClient, portal: Portal, world: World
) -> None:
    """The count stands still, and yet every later page has moved by one row."""
    deals = portal.tables["deal"]

    def replace() -> None:
        deals.delete(deals.ids[0])
        deals.add({**deals.all()[-1], "id": deals.next_id()})

    at_command(world, 2, replace)
    found = ids(client.rows(*BY_OFFSET))
    assert set(kept(portal)) <= set(found)
    assert len(found) == len(set(found))


def test_a_whole_list_comes_in_one_call(client: RestClient) -> None:
    assert len(list(client.rows("crm.category.list", {"entityTypeId": 2}))) > 0
    assert client.requests_sent == 1


def test_cannot_resume_a_list_without_a_key(client: RestClient) -> None:
    with pytest.raises(errors.RequestWrong):
        list(client.rows("crm.category.list", {"entityTypeId": 2}, after=5))


def test_a_list_that_never_stands_still_is_reported(client: RestClient, portal: Portal, world: World) -> None:
    table, pause = portal.tables["deal"], world.pause

    def before(seconds: float) -> None:
        table.delete(table.ids[0])
        pause(seconds)

    world.pause = before
    with pytest.raises(errors.ListIncomplete):
        list(client.rows(*BY_OFFSET))


def test_a_refused_page_of_an_offset_list_is_raised(client: RestClient, portal: Portal, world: World) -> None:
    at_command(world, 2, lambda: portal.refuse_next("insufficient_scope", method="crm.item.list", times=9))
    with pytest.raises(errors.ScopeMissing):
        list(client.rows(*BY_OFFSET))


def test_a_refused_first_page_is_asked_for_again(client: RestClient, portal: Portal) -> None:
    portal.refuse_next("INTERNAL_SERVER_ERROR", method="crm.item.list")
    assert ids(client.rows(*DEALS)) == kept(portal)


def test_a_list_that_was_empty_a_moment_ago_is_asked_once_more(
    client: RestClient, portal: Portal, world: World
) -> None:
    deals = portal.tables["deal"]
    row = deals.all()[-1]
    keep_first(portal, 0)
    at_command(world, 2, lambda: deals.add(dict(row)))
    assert ids(client.rows(*DEALS)) == [row["id"]]
    assert client.requests_sent == 2


def test_a_vanished_top_row_ends_the_list_after_one_more_question(
    client: RestClient, portal: Portal, world: World
) -> None:
    at_command(world, 3, lambda: portal.tables["deal"].delete(kept(portal)[-1]))
    assert ids(client.rows(*DEALS)) == kept(portal)
    assert client.requests_sent == 3


@pytest.mark.parametrize(
    ("result", "paging"),
    [
        ({"other": []}, Paging(Mode.KEYSET, "items", ("id",))),
        ({"items": "text"}, Paging(Mode.KEYSET, "items", ("id",))),
        ({"one": [], "two": []}, Paging()),
        (7, Paging()),
    ],
)
def test_rows_that_are_not_where_they_should_be_are_an_error(result: Any, paging: Paging) -> None:
    with pytest.raises(errors.AnswerBroken):
        paging.rows(result)


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": "x"}])
def test_a_row_without_its_id_is_an_error(row: dict[str, Any]) -> None:
    with pytest.raises(errors.AnswerBroken):
        paging_of("crm.item.list").id_of(row)


def test_an_unlisted_method_finds_its_only_list() -> None:
    assert Paging().rows({"things": [{"ID": 1}], "more": "text"}) == [{"ID": 1}]
