"""Business-process templates, running processes and robots; BI sources."""

from datetime import datetime, timedelta

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.pipelines import PURCHASE

_TEMPLATES = (
    ("Согласование скидки", "CCrmDocumentDeal", "DEAL", "0", None),
    ("Запрос отзыва после доставки", "CCrmDocumentDeal", "DEAL", "2", None),
    ("Проверка остатков", "CCrmDocumentDeal", "DEAL", "1", None),
    ("Обработка возврата", "CCrmDocumentDeal", "DEAL", "0", None),
    ("Выгрузка в учётную систему", "CCrmDocumentDeal", "DEAL", "2", "rest_app_5"),
    ("Приветствие нового клиента", "CCrmDocumentContact", "CONTACT", "1", None),
    (
        "Согласование закупки",
        "Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic",
        f"DYNAMIC_{PURCHASE}",
        "1",
        None,
    ),
)


def templates(now: datetime, count: int) -> Table:
    """Build templates of business processes."""
    return Table([_template(now, place, one) for place, one in enumerate(_TEMPLATES[:count])], key="ID")


def _template(now: datetime, place: int, template: tuple[str, str, str, str, str | None]) -> Row:
    name, entity, document, auto, code = template
    return {
        "ID": str(201 + place * 3),
        "MODULE_ID": "crm",
        "ENTITY": entity,
        "DOCUMENT_TYPE": ["crm", entity, document],
        "AUTO_EXECUTE": auto,
        "NAME": name,
        "TEMPLATE": [],
        "PARAMETERS": [],
        "VARIABLES": [],
        "CONSTANTS": [],
        "MODIFIED": iso(now - timedelta(days=40 + place * 17)),
        "IS_MODIFIED": "N",
        "USER_ID": "1",
        "SYSTEM_CODE": code,
    }


def instances(now: datetime, count: int) -> Table:
    """Build running processes; none of them hangs."""
    rows = []
    for place in range(count):
        started = now - timedelta(hours=3 + place * 9)
        row: Row = {"DOCUMENT_ID": f"DEAL_{1901 + place}", "ENTITY": "CCrmDocumentDeal"}
        row |= {"ID": f"66e4{place:02d}fdc9bd44.3630{place:04d}", "STARTED": iso(started), "MODULE_ID": "crm"}
        row |= {"MODIFIED": iso(started), "OWNED_UNTIL": None, "TEMPLATE_ID": "201", "STARTED_BY": "1"}
        rows.append(row)
    return Table(rows, key="ID")


def bi_sources(now: datetime) -> Table:
    """Build external sources of the analyst's workplace."""
    rows = [
        _source("10", "Учётная система: продажи", now - timedelta(days=410)),
        _source("11", "Склад: остатки", now - timedelta(days=180)),
    ]
    return Table(rows, key="id")


def _source(number: str, title: str, made: datetime) -> Row:
    return {"id": number, "title": title, "active": True, "dateCreate": made.strftime("%Y-%m-%d %H:%M:%S")}


def bi_connectors(now: datetime) -> Table:
    """Build REST connectors of the analyst's workplace."""
    made = (now - timedelta(days=420)).strftime("%Y-%m-%d %H:%M:%S")
    row = {
        "id": "9",
        "title": "Учётная система",
        "urlCheck": "https://uchet.example/check",
        "dateCreate": made,
    }
    return Table([row | {"description": "Продажи и остатки"}], key="id")


def bi_datasets(now: datetime) -> Table:
    """Build data sets of the analyst's workplace."""
    made = (now - timedelta(days=170)).strftime("%Y-%m-%d %H:%M:%S")
    rows = [
        {
            "id": "5",
            "name": "sales_by_day",
            "description": "Продажи по дням",
            "sourceId": "10",
            "dateCreate": made,
        },
        {"id": "6", "name": "stock_now", "description": "Остатки", "sourceId": "11", "dateCreate": made},
    ]
    return Table(rows, key="id")
