"""Methods over the shop honour filters, selects, rights and the plan, each in its module's own manner."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.shop import show_unverified_methods
from sandbox.user import User
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


@pytest.fixture
def employee(client: Caller) -> User:
    return client.portal.employee


def test_pay_systems_listen_to_upper_case_and_are_not_paged(client: Caller) -> None:
    answer = client.call(
        "sale.paysystem.list", SELECT=["ID", "ACTIVE"], FILTER={"ACTIVE": "Y"}, ORDER={"ID": "DESC"}
    )
    assert "total" not in answer
    assert answer["result"][0] == {"ID": 6, "ACTIVE": "Y"}
    assert all(row["ACTIVE"] == "Y" for row in answer["result"])


def test_deliveries_do_not_hear_lower_case(client: Caller) -> None:
    assert len(client.result("sale.delivery.getlist", filter={"ID": 2})) == len(
        client.portal.tables["delivery"]
    )
    assert len(client.result("sale.delivery.getlist", FILTER={"ID": 2})) == 1


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("sale.paysystem.list", "ERROR_CHECK_FAILURE"),
        ("sale.delivery.getlist", "ERROR_CHECK_FAILURE"),
        ("sale.cashbox.list", ""),
    ],
)
def test_an_unknown_field_is_refused(client: Caller, method: str, code: str) -> None:
    assert client.error(method, SELECT=["BAD_FIELD"]) == (400, code, "BAD_FIELD not allowed for select")


ADMIN_ONLY: list[tuple[str, tuple[int, Any]]] = [
    ("sale.paysystem.list", (403, "ACCESS_DENIED")),
    ("sale.delivery.getlist", (403, "ACCESS_DENIED")),
    ("sale.cashbox.list", (403, "ACCESS_DENIED")),
    ("sale.order.list", (400, 200040300010)),
    ("catalog.store.list", (400, 200040300010)),
    ("crm.type.list", (400, "ACCESS_DENIED")),
    ("bizproc.workflow.template.list", (400, "ACCESS_DENIED")),
    ("bizproc.workflow.instances", (403, "ACCESS_DENIED")),
    ("voximplant.line.get", (403, "ACCESS_DENIED")),
    ("landing.role.isEnabled", (400, "IS_NOT_ADMIN")),
    ("documentgenerator.role.list", (400, "0")),
]


@pytest.mark.parametrize(("method", "refusal"), ADMIN_ONLY)
def test_an_employee_is_refused_in_the_modules_own_words(
    client: Caller, employee: User, method: str, refusal: tuple[int, Any]
) -> None:
    assert client.becomes(employee).error(method)[:2] == refusal


def test_orders_of_a_month_are_counted_without_the_neighbours(client: Caller) -> None:
    month = {">=dateInsert": "2026-10-01T00:00:00+00:00", "<dateInsert": "2026-11-01T00:00:00+00:00"}
    answer = client.call("sale.order.list", filter=month, select=["id", "dateInsert"], start=0)
    assert answer["total"] == 640
    assert {row["dateInsert"][:7] for row in answer["result"]["orders"]} == {"2026-10"}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({">dateInsert": "2030-01-01T00:00:00+00:00"}, 0),
        ({"<dateInsert": "2030-01-01T00:00:00+00:00"}, None),
        ({"<=dateInsert": "2001-01-01T00:00:00+00:00"}, 0),
        ({">=dateInsert": "not a date"}, 0),
    ],
)
def test_dates_outside_the_shops_life_find_everything_or_nothing(
    client: Caller, wanted: dict[str, str], count: int | None
) -> None:
    expected = len(client.portal.tables["order"]) if count is None else count
    assert client.call("sale.order.list", filter=wanted, start=0)["total"] == expected


def test_the_newest_orders_come_without_counting(client: Caller) -> None:
    answer = client.call("sale.order.list", order={"id": "desc"}, select=["id"], start=-1)
    assert "total" not in answer
    assert answer["result"]["orders"][0]["id"] == client.portal.tables["order"].ids[-1]


def test_an_order_says_what_was_bought(client: Caller) -> None:
    order = client.result("sale.order.get", id=1500)["order"]
    bought = sum(line["price"] * line["quantity"] for line in order["basketItems"])
    assert order["price"] == bought + order["shipments"][0]["priceDelivery"] == order["payments"][0]["sum"]


@pytest.mark.parametrize(("params", "code"), [({}, 100), ({"id": 99999999}, 200540400001)])
def test_an_order_that_is_not_there_is_refused_with_a_number(client: Caller, params: Any, code: int) -> None:
    assert client.error("sale.order.get", **params)[1] == code


def test_settings_of_an_unknown_pay_system_are_refused(client: Caller) -> None:
    refusal = client.error("sale.paysystem.settings.get", ID=404, PERSON_TYPE_ID=0)
    assert refusal == (400, "ERROR_CHECK_FAILURE", "Pay system not found")
    assert client.error("sale.delivery.config.get", ID=404)[1] == "ERROR_DELIVERY_NOT_FOUND"


def test_only_a_rest_carrier_shows_its_settings(client: Caller) -> None:
    assert client.result("sale.delivery.config.get", ID=10)[0]["CODE"] == "ACCOUNT"
    assert client.result("sale.delivery.config.get", ID=3) == []


def test_goods_want_their_catalogue_named(client: Caller) -> None:
    assert client.error("catalog.product.list", select=["id", "iblockId"])[1] == 0
    assert client.error("catalog.product.list", select=["id"], filter={"iblockId": 23})[1] == 0
    found = client.call("catalog.product.list", select=["id", "iblockId"], filter={"iblockId": 99})
    assert (found["result"], found["total"]) == ({"products": []}, 0)


def test_a_connector_without_a_line_looks_dead(client: Caller) -> None:
    assert client.result("imconnector.status", CONNECTOR="livechat", LINE=15)["STATUS"]
    assert not client.result("imconnector.status", CONNECTOR="livechat")["STATUS"]
    assert not client.result("imconnector.status", CONNECTOR="unknown", LINE=15)["CONFIGURED"]
    client.portal.switch_off("connector", "livechat")
    assert client.result("imconnector.status", CONNECTOR="livechat", LINE=15)["CONFIGURED"]


def test_connectors_need_an_application_and_a_name(client: Caller) -> None:
    hook = client.portal.webhook(client.portal.admin, ["imopenlines"])
    assert client.session.post(f"{hook}imconnector.list").json()["error"] == "WRONG_AUTH_TYPE"
    assert client.error("imconnector.status")[:2] == (400, "ERROR_ARGUMENT")


def test_open_lines_show_queues_only_when_asked(client: Caller) -> None:
    assert "QUEUE" not in client.result("imopenlines.config.list.get")[0]
    line = client.result("imopenlines.config.list.get", PARAMS={"select": ["ID"]}, OPTIONS={"QUEUE": "Y"})[0]
    assert list(line["QUEUE_USERS_FIELDS"]) == [str(user_id) for user_id in line["QUEUE"]]
    assert client.error("imopenlines.config.list.get", PARAMS={"select": ["NOPE"]})[1] == "INVALID_FORMAT"


def test_analytics_complain_with_status_200(client: Caller) -> None:
    assert client.error("biconnector.source.list", select="id")[:2] == (200, "VALIDATION_SELECT_TYPE")
    refusal = client.error("biconnector.source.list", filter={"=color": 1})
    assert refusal[:2] == (200, "VALIDATION_FIELD_NOT_ALLOWED_IN_FILTER")


def test_shop_sites_are_found_by_the_type_store(client: Caller) -> None:
    client.portal.tables["site"].update(9, TYPE="SMN")
    found = client.result("landing.site.getList", params={"filter": {"TYPE": "STORE"}, "select": ["ID"]})
    assert found == [{"ID": "3", "TYPE": "STORE"}, {"ID": "9", "TYPE": "SMN"}]


def test_sites_are_hidden_silently_from_who_may_not_see_them(client: Caller) -> None:
    client.portal.withhold_right(client.portal.admin, "landing_read")
    assert client.result("landing.site.getList") == []
    assert client.result("landing.site.getadditionalfields", id=3) == []


def test_a_plan_without_roles_says_so(client: Caller) -> None:
    client.portal.plan = "ru_basic"
    assert client.error("landing.role.isEnabled")[1] == "FEATURE_NOT_AVAIL"
    assert client.error("documentgenerator.role.list")[:2] == (403, "DOCGEN_ACCESS_ERROR")


def test_no_mail_service_is_an_error(client: Caller) -> None:
    for row in client.portal.tables["mail_service"].all():
        row["ACTIVE"] = "N"
    assert client.error("mailservice.list")[1] == "ERROR_CORE"


def test_the_undocumented_licence_is_silent_until_asked_for(client: Caller) -> None:
    assert client.error("intranet.license.getLicenseData")[1] == "ERROR_METHOD_NOT_FOUND"
    show_unverified_methods(client.portal)
    assert client.error("intranet.license.getLicenseData")[1] == "insufficient_scope"


def test_the_licence_says_until_when_once_it_may(client: Caller) -> None:
    show_unverified_methods(client.portal)
    hook = client.portal.webhook(client.portal.admin, ["intranet", "mobile"])
    licence = client.session.post(f"{hook}intranet.license.getLicenseData").json()["result"]["license"]
    menu = client.session.post(f"{hook}mobile.Menu.getMenu").json()["result"]["license"]
    assert (licence["daysLeft"], licence["isExpired"]) == (365, False)
    assert menu["tillDate"] > client.portal.world.clock.timestamp()
    client.portal.profile = "box"
    assert client.session.post(f"{hook}mobile.Menu.getMenu").json()["result"]["license"] is None


@pytest.mark.parametrize(
    "method", ["catalog.price.list", "catalog.storeproduct.list", "catalog.document.mode.status"]
)
def test_the_catalogue_is_closed_to_who_may_not_see_it(client: Caller, method: str) -> None:
    client.portal.withhold_right(client.portal.admin, "catalog_read")
    assert str(client.error(method)[1]) in {"200040300010", "0"}
    goods = client.error("catalog.product.list", select=["id", "iblockId"], filter={"iblockId": 23})
    assert goods[1] == 200040300010


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sale.paysystem.settings.get", {"PERSON_TYPE_ID": 0}),
        ("sale.paysystem.settings.get", {"ID": 2}),
        ("sale.delivery.config.get", {}),
    ],
)
def test_a_missing_id_is_a_failed_check(client: Caller, method: str, params: dict[str, Any]) -> None:
    assert client.error(method, **params)[1] == "ERROR_CHECK_FAILURE"


def test_pages_and_addresses_of_sites_are_told(client: Caller) -> None:
    pages = client.result("landing.landing.getList", params={"filter": {"SITE_ID": 9}, "select": ["TITLE"]})
    assert [page["TITLE"] for page in pages] == ["Новости", "О нас"]
    assert client.result("landing.site.getPublicUrl", id=3) == "https://lavka.example"
    assert set(client.result("landing.site.getPublicUrl", id=[3, 9])) == {"3", "9"}
    assert client.error("landing.site.getPublicUrl")[1] == "MISSING_PARAMS"
    assert client.error("landing.site.getadditionalfields")[1] == "MISSING_PARAMS"


def test_the_outgoing_line_vanishes_with_its_line(client: Caller) -> None:
    line = client.result("voximplant.line.outgoing.get")
    assert line in client.result("voximplant.line.get")
    client.portal.remove("phone_line", line)
    assert client.result("voximplant.line.outgoing.get") == ""


def test_the_sip_connector_is_paid_till_a_date(client: Caller) -> None:
    assert client.result("voximplant.sip.connector.status")["PAID_DATE_END"] == "10.01.2027"


def test_calls_of_the_last_week_are_a_part_of_all(client: Caller) -> None:
    week = client.call("voximplant.statistic.get", FILTER={">=CALL_START_DATE": "2026-11-17T00:00:00+00:00"})
    assert 0 < week["total"] < client.call("voximplant.statistic.get")["total"]


def test_users_are_counted_by_activity_and_kind(client: Caller) -> None:
    staff = client.call("user.get", FILTER={"ACTIVE": True, "USER_TYPE": "employee"}, ADMIN_MODE=True)
    guests = client.call("user.get", FILTER={"USER_TYPE": "extranet"}, ADMIN_MODE="true")
    assert (staff["total"], guests["total"]) == (43, 4)
    client.portal.dismiss(client.portal.employee)
    assert client.call("user.get", FILTER={"ACTIVE": "Y", "USER_TYPE": "employee"})["total"] == 42


def test_integrators_are_never_listed(client: Caller) -> None:
    assert client.result("user.get", ID=client.portal.integrator.id) == []


@pytest.mark.parametrize(("scope", "email"), [("user_brief", False), ("user_basic", True), ("user", True)])
def test_a_narrow_scope_hides_contacts(client: Caller, scope: str, email: bool) -> None:
    hook = client.portal.webhook(client.portal.admin, [scope])
    row = client.session.post(f"{hook}user.current").json()["result"]
    assert ("EMAIL" in row, "USER_TYPE" in row) == (email, scope == "user")


def test_only_the_selected_fields_come(client: Caller) -> None:
    assert set(client.result("user.get", select=["NAME"])[0]) == {"ID", "NAME"}
    assert set(client.result("user.get", select=["UF_*"])[0]) == {"ID", "UF_DEPARTMENT", "UF_EMPLOYMENT_DATE"}


def test_people_are_found_by_a_bare_field_and_by_name(client: Caller, employee: User) -> None:
    assert [row["ID"] for row in client.result("user.get", ID=employee.id)] == [str(employee.id)]
    found = client.result("user.search", FILTER={"FIND": employee.full_name})
    assert str(employee.id) in [row["ID"] for row in found]
    assert client.becomes(employee).result("user.current")["ID"] == str(employee.id)
