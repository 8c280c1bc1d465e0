"""Every reader accepts every answer that the vendor's pages show."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from b24app.bitrix24.responses import Answer
from b24app.checklist.engine.fact import Asking, Facts, FactSpec, load_facts
from b24app.checklist.engine.stored_facts import dump_facts, load_facts_from
from b24app.checklist.facts.catalogue.catalogues import Catalogue, Catalogues
from b24app.checklist.facts.catalogue.price_types import PriceType, PriceTypes
from b24app.checklist.facts.channels.connectors import Connectors
from b24app.checklist.facts.channels.open_lines import OpenLine, OpenLines
from b24app.checklist.facts.crm.smart_processes import SmartProcess, SmartProcesses
from b24app.checklist.facts.delivery.deliveries import Deliveries, DeliveryService
from b24app.checklist.facts.delivery.recent_orders import Order, RecentOrders
from b24app.checklist.facts.delivery.recent_shipments import RecentShipments, Shipment
from b24app.checklist.facts.payments.pay_systems import PaySystem, PaySystems
from b24app.checklist.facts.payments.recent_payments import Payment, RecentPayments
from b24app.checklist.facts.site.sites import Site, Sites

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = Path(os.environ.get("B24_FIXTURES", ROOT.parent / "shared" / "fixtures"))
FOUND = Facts(
    {
        "catalogues": Catalogues((Catalogue(24, "", 23),)),
        "price_types": PriceTypes((PriceType("1", "BASE", base=True),)),
        "smart_processes": SmartProcesses((SmartProcess("1268", "Закупки", ()),)),
        "pay_systems": PaySystems((PaySystem("1", active=True, entity_registry_type="ORDER"),)),
        "deliveries": Deliveries((DeliveryService("1", active=True),)),
        "sites": Sites((Site("1"),)),
        "open_lines": OpenLines((OpenLine("12", "", active=True, queue=("101",)),)),
        "connectors": Connectors({"myconnector": "Мой"}),
        "recent_orders": RecentOrders((Order(1, updated1c=True),)),
        "recent_payments": RecentPayments((Payment(1, pay_system_id="9"),) * 50),
        "recent_shipments": RecentShipments((Shipment(1, delivery_id="9"),) * 50),
    }
)
ASKING = Asking(datetime(2026, 11, 30, tzinfo=UTC), FOUND, "salt")


def documented(method: str) -> Iterator[Answer]:
    path = FIXTURES / f"{method}.json"
    if not path.exists():
        pytest.skip(f"no documented answer of {method} in {FIXTURES}; set B24_FIXTURES")
    for body in json.loads(path.read_text(encoding="utf-8"))["responses"]:
        result: Any = body.get("result", body)
        yield Answer(result, body.get("total"), body.get("next"))


@pytest.mark.parametrize("spec", load_facts().values(), ids=lambda spec: spec.name)
def test_reads_what_the_pages_show(spec: FactSpec) -> None:
    calls = spec.calls(ASKING)
    assert calls
    for answer in documented(next(iter(calls.values())).method):
        told = spec.read(dict.fromkeys(calls, answer), ASKING)
        assert isinstance(told, spec.kind)
        kept = load_facts_from(dump_facts(Facts({spec.name: told})))
        assert kept.values[spec.name] == told


@pytest.mark.parametrize("spec", load_facts().values(), ids=lambda spec: spec.name)
def test_sends_the_methods_that_it_names_and_no_other(spec: FactSpec) -> None:
    calls = {**spec.calls(ASKING), **spec.spare(ASKING)}
    assert {call.method for call in calls.values()} == set(spec.methods)
