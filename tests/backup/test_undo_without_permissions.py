"""The way back names the permission that a portal does not grant any more, and leaves what nobody can look at."""

from __future__ import annotations

from b24app.backup.restore.closed_kinds import ClosedKinds
from b24app.backup.restore.data.choices import all_gone, by_numbers
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.shop.row_uses import UNREAD
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.missing_permissions import NAMES, STAYS
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.planning import read_again
from b24app.backup.restore.writers.crm_item import HIDDEN
from b24app.database import db, portal_scope
from b24app.manifest import read_manifest
from b24app.portals.client_factory import open_client
from b24app.text.messages import Sentence, sentence
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, choose, lines, plan_of, press, stored
from tests.backup.restoring import plan_of as settings_plan_of
from tests.backup.shop_copies import ORDERS, PRODUCTS, lose_goods, lose_orders
from tests.backup.test_restore_of_data import copied as of_deals
from tests.backup.test_restore_of_data import lose
from tests.backup.test_restore_of_tasks import TASKS, lose_tasks
from tests.backup.test_restore_of_tasks import copied as of_tasks
from tests.backup.test_restore_rules import Desk, desk
from tests.backup.test_restore_writers import CASES, choice_of, row_of, rows_of
from tests.backup.test_undo_of_the_shop import shop
from tests.backup.test_undo_of_used_data import undo_of

__all__ = ["desk", "of_deals", "of_tasks", "shop"]


def take_away(actor: Actor, scope: str) -> None:
    """The portal grants all permissions but this one from now on."""
    actor.grants(*(one for one in read_manifest().scopes if one != scope))


def lacking(scope: str) -> Sentence:
    return sentence(STAYS, names=(sentence(NAMES[scope]),))


def tasks_back(copied: Copied, run_jobs: Jobs) -> int:
    lose_tasks(copied.actor.portal, *TASKS)
    made = choose(copied, all_gone("task"), run_jobs)
    press(copied, made, run_jobs)
    return made


def orders_back(shop: Copied, run_jobs: Jobs) -> int:
    lose_orders(shop.actor.portal, *ORDERS)
    made = choose(shop, by_numbers("order", map(str, ORDERS)), run_jobs)
    press(shop, made, run_jobs)
    return made


def test_tasks_stay_and_the_permission_is_named(of_tasks: Copied, run_jobs: Jobs) -> None:
    made = tasks_back(of_tasks, run_jobs)
    take_away(of_tasks.actor, "task")
    undo = undo_of(of_tasks, made, run_jobs)
    assert stored(of_tasks, undo).error == ""
    assert [(one.action, one.why) for one in plan_of(of_tasks, undo).operations] == [
        (Action.CANNOT, lacking("task"))
    ] * 3
    assert "У приложения нет разрешения «Задачи»" in of_tasks.actor.opens().get(f"/restore/{undo}").text


def test_tasks_whose_addition_was_cut_off_are_named_with_the_permission(
    of_tasks: Copied, run_jobs: Jobs, world: World
) -> None:
    made = tasks_back(of_tasks, run_jobs)
    with portal_scope(of_tasks.actor.portal_id):
        for line in lines(of_tasks, made)[:2]:
            line.state, line.new_key, line.mark = RestoreLineState.SENT, "", ""
        db.session.commit()
    world.clock.advance(minutes=5)
    take_away(of_tasks.actor, "task")
    plan = plan_of(of_tasks, undo_of(of_tasks, made, run_jobs))
    assert [(one.key, one.why) for one in plan.operations] == [
        (key, lacking("task")) for key in ("72", "71", "73")
    ]


def test_the_permission_that_is_granted_again_lets_the_tasks_leave(of_tasks: Copied, run_jobs: Jobs) -> None:
    made = tasks_back(of_tasks, run_jobs)
    take_away(of_tasks.actor, "task")
    undo = undo_of(of_tasks, made, run_jobs)
    of_tasks.actor.grants(*read_manifest().scopes)
    with portal_scope(of_tasks.actor.portal_id):
        read_again(undo)
        db.session.commit()
    run_jobs()
    assert {one.action for one in plan_of(of_tasks, undo).operations} == {Action.REMOVE}


def test_orders_stay_and_the_permission_is_named(shop: Copied, run_jobs: Jobs) -> None:
    made = orders_back(shop, run_jobs)
    take_away(shop.actor, "sale")
    undo = undo_of(shop, made, run_jobs)
    assert stored(shop, undo).error == ""
    assert [(one.action, one.why) for one in plan_of(shop, undo).operations] == [
        (Action.CANNOT, lacking("sale"))
    ] * 3
    assert "У приложения нет разрешения «Интернет-магазин»" in shop.actor.opens().get(f"/restore/{undo}").text


def test_goods_stay_while_nobody_can_see_the_orders_that_may_name_them(shop: Copied, run_jobs: Jobs) -> None:
    lose_goods(shop.actor.portal, PRODUCTS[0])
    made = choose(shop, by_numbers("product", [str(PRODUCTS[0])]), run_jobs)
    press(shop, made, run_jobs)
    (number,) = [one.new_key for one in lines(shop, made) if one.new_key]
    take_away(shop.actor, "sale")
    undo = undo_of(shop, made, run_jobs)
    assert [(one.key, one.action, one.why) for one in plan_of(shop, undo).operations] == [
        (number, Action.CANNOT, sentence(UNREAD))
    ]
    assert stored(shop, undo).error == ""
    assert shop.actor.portal.tables["product"].get(number) is not None


def test_a_permission_that_many_writes_need_is_asked_about_once(desk: Desk, world: World) -> None:
    take_away(desk.actor, "task")
    before = len(world.traffic.requests)
    with portal_scope(desk.actor.portal_id):
        closed = ClosedKinds(PortalLook(open_client(desk.actor.portal_id)))
        tasks = [Operation(number, TASK, TASK, str(number), "", Action.CREATE) for number in (71, 72)]
        assert [closed.why_hidden(one) for one in tasks] == [lacking("task")] * 2
    assert [one.path for one in world.traffic.requests[before:]] == ["/rest/scope"]


def test_deals_stay_while_nobody_can_see_the_tasks_that_are_bound_to_them(
    of_deals: Copied, run_jobs: Jobs
) -> None:
    portal = of_deals.actor.portal
    lose(portal, 150, 151)
    made = choose(of_deals, by_numbers("deal", ["150", "151"]), run_jobs)
    press(of_deals, made, run_jobs)
    take_away(of_deals.actor, "task")
    plan = plan_of(of_deals, undo_of(of_deals, made, run_jobs))
    assert [(one.action, one.why) for one in plan.operations] == [
        (Action.CANNOT, sentence(HIDDEN, name=sentence(NAMES["task"])))
    ] * 2


def test_a_setting_of_the_shop_stays_and_the_permission_is_named(desk: Desk) -> None:
    case = next(one for one in CASES if one.kind == "order_property_group")
    row, settings = row_of(desk.portal, case), rows_of(desk.portal, case.table)
    settings.delete(row[settings.key])
    made = desk.puts_back(choice_of(case, row))
    take_away(desk.actor, "sale")
    (one,) = settings_plan_of(desk.actor, desk.takes_back(made)).operations
    assert (one.action, one.why) == (Action.CANNOT, lacking("sale"))
