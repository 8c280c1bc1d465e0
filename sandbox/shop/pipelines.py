"""Pipelines, stages and dictionaries of the CRM, and the shop's smart process."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso

DEAL = 2
INVOICE = 31
PURCHASE = 177
INVOICE_CATEGORY = 5
PURCHASE_CATEGORY = 7
BLUE, SKY, TEAL, GREEN, AMBER, RED = "#39A8EF", "#2FC6F6", "#55D0E0", "#7BD500", "#FFA900", "#FF5752"

Stage = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Pipeline:
    id: int
    name: str
    entity_type: int
    dictionary: str
    title: str
    prefix: str
    stages: tuple[Stage, ...]


def _stages(prefix: str, *stages: Stage) -> tuple[Stage, ...]:
    return tuple(
        (f"{prefix}:{code}" if prefix else code, name, color, kind) for code, name, color, kind in stages
    )


RETAIL = Pipeline(0, "Розница", DEAL, "DEAL_STAGE", "Стадии сделки Розница", "", _stages(
    "",
    ("NEW", "Новый заказ", BLUE, "process"),
    ("PREPARATION", "Подтверждён", SKY, "process"),
    ("PREPAYMENT_INVOICE", "Ждём оплату", TEAL, "process"),
    ("EXECUTING", "Собирается", "#47E4C2", "process"),
    ("FINAL_INVOICE", "Передан в доставку", AMBER, "process"),
    ("WON", "Доставлен", GREEN, "success"),
    ("LOSE", "Отменён", RED, "failure"),
    ("APOLOGY", "Разбор отмены", RED, "apology"),
))  # fmt: skip
WHOLESALE = Pipeline(1, "Опт", DEAL, "DEAL_STAGE_1", "Стадии сделки Опт", "C1", _stages(
    "C1",
    ("NEW", "Запрос", BLUE, "process"),
    ("PREPARATION", "Коммерческое предложение", SKY, "process"),
    ("EXECUTING", "Договор и отгрузка", TEAL, "process"),
    ("WON", "Отгружено", GREEN, "success"),
    ("LOSE", "Отказ", RED, "failure"),
))  # fmt: skip
RETURNS = Pipeline(2, "Возвраты и рекламации", DEAL, "DEAL_STAGE_2", "Стадии сделки Возвраты и рекламации", "C2", _stages(
    "C2",
    ("NEW", "Обращение", BLUE, "process"),
    ("PREPARATION", "Экспертиза", SKY, "process"),
    ("WON", "Решено", GREEN, "success"),
    ("LOSE", "Отклонено", RED, "failure"),
))  # fmt: skip
INVOICES = Pipeline(
    INVOICE_CATEGORY, "Общая", INVOICE, f"SMART_INVOICE_STAGE_{INVOICE_CATEGORY}", "Стадии счёта", "DT31_5", _stages(
    "DT31_5",
    ("N", "Новый", BLUE, "process"),
    ("S", "Отправлен", TEAL, "process"),
    ("P", "Оплачен", GREEN, "success"),
    ("D", "Не оплачен", RED, "failure"),
))  # fmt: skip
PURCHASES = Pipeline(
    PURCHASE_CATEGORY, "Общее", PURCHASE, f"DYNAMIC_{PURCHASE}_STAGE_{PURCHASE_CATEGORY}",
    "Закупка у поставщиков (Общее)", "DT177_7", _stages(
    "DT177_7",
    ("NEW", "Заявка", BLUE, "process"),
    ("PREPARATION", "Согласование", SKY, "process"),
    ("CLIENT", "В пути", AMBER, "process"),
    ("SUCCESS", "Принято на склад", GREEN, "success"),
    ("FAIL", "Отменена", RED, "failure"),
))  # fmt: skip
LEADS: tuple[Stage, ...] = (
    ("NEW", "Не обработан", BLUE, "process"),
    ("IN_PROCESS", "В работе", SKY, "process"),
    ("PROCESSED", "Обработан", TEAL, "process"),
    ("CONVERTED", "Качественный лид", GREEN, "success"),
    ("JUNK", "Некачественный лид", RED, "failure"),
)
QUOTES: tuple[Stage, ...] = (
    ("DRAFT", "Черновик", BLUE, "process"),
    ("SENT", "Отправлено клиенту", SKY, "process"),
    ("APPROVED", "Принято", GREEN, "success"),
    ("DECLAINED", "Отклонено", RED, "failure"),
)
SOURCES = (
    ("STORE", "Интернет-магазин"), ("WEB", "Веб-сайт"), ("CALL", "Звонок"), ("OZON", "Ozon"), ("WB", "Wildberries"),
    ("REPEAT_SALE", "Повторные продажи"), ("OTHER", "Другое"),
)  # fmt: skip
DICTIONARIES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "SOURCE": ("Источники", SOURCES),
    "CONTACT_TYPE": (
        "Тип контакта",
        (("CLIENT", "Клиенты"), ("SUPPLIER", "Поставщики"), ("OTHER", "Другое")),
    ),
    "COMPANY_TYPE": (
        "Тип компании",
        (("CUSTOMER", "Клиент"), ("SUPPLIER", "Поставщик"), ("PARTNER", "Партнёр")),
    ),
    "EMPLOYEES": ("Кол-во сотрудников", (("EMPLOYEES_1", "менее 50"), ("EMPLOYEES_2", "50–250"))),
    "INDUSTRY": ("Сфера деятельности", (("MANUFACTURING", "Производство"), ("OTHER", "Другое"))),
    "DEAL_TYPE": ("Тип сделки", (("SALE", "Продажа"), ("GOODS", "Продажа товара"), ("SERVICES", "Услуги"))),
    "HONORIFIC": ("Обращения", (("HNR_RU_1", "г-н"), ("HNR_RU_2", "г-жа"))),
    "CALL_LIST": ("Статусы обзвона", (("IN_WORK", "В работе"), ("SUCCESS", "Успех"))),
}
BIG_SET = (RETAIL, WHOLESALE, RETURNS, INVOICES, PURCHASES)
SMALL_SET = (RETAIL, WHOLESALE, INVOICES)


def categories(pipelines: tuple[Pipeline, ...]) -> Table:
    """Build the pipelines as crm.category.list returns them."""
    return Table([_category(place, one) for place, one in enumerate(pipelines)], key="id")


def _category(place: int, pipeline: Pipeline) -> Row:
    row: Row = {
        "id": pipeline.id,
        "name": pipeline.name,
        "sort": 100 + place * 100,
        "entityTypeId": pipeline.entity_type,
        "isDefault": "N" if pipeline in (WHOLESALE, RETURNS) else "Y",
    }
    return row if pipeline is RETAIL else row | {"originId": "", "originatorId": ""}


def statuses(pipelines: tuple[Pipeline, ...], *, classic: bool) -> Table:
    """Build every stage and dictionary entry as crm.status.list returns them."""
    table = Table(key="ID")
    stage_sets = [(one.dictionary, one.stages, one.id) for one in pipelines]
    stage_sets += [("QUOTE_STATUS", QUOTES, 0)] + ([("STATUS", LEADS, 0)] if classic else [])
    for entity, stages, category in stage_sets:
        for place, stage in enumerate(stages):
            table.add(_stage(table.next_id(), entity, place, stage, category))
    for entity, (_, entries) in DICTIONARIES.items():
        for place, (code, name) in enumerate(entries):
            table.add(_entry(table.next_id(), entity, place, code, name))
    return table


def _stage(number: int, entity: str, place: int, stage: Stage, category: int) -> Row:
    code, name, color, kind = stage
    system = kind in ("success", "failure") or place == 0
    row = _entry(number, entity, place, code, name)
    return row | {
        "SYSTEM": "Y" if system else "N",
        "NAME_INIT": name if system else "",
        "CATEGORY_ID": str(category) if category else None,
        "COLOR": color,
        "SEMANTICS": {"success": "S", "process": None}.get(kind, "F"),
        "EXTRA": {"SEMANTICS": kind, "COLOR": color},
    }


def _entry(number: int, entity: str, place: int, code: str, name: str) -> Row:
    return {
        "ID": str(number),
        "ENTITY_ID": entity,
        "STATUS_ID": code,
        "NAME": name,
        "NAME_INIT": "",
        "SORT": str((place + 1) * 10),
        "SYSTEM": "N",
        "CATEGORY_ID": None,
        "COLOR": None,
        "SEMANTICS": None,
    }


def smart_processes(now: datetime) -> Table:
    """Build the smart processes as crm.type.list returns them."""
    flags = dict.fromkeys(
        (
            "isCategoriesEnabled", "isStagesEnabled", "isBeginCloseDatesEnabled", "isClientEnabled",
            "isUseInUserfieldEnabled", "isLinkWithProductsEnabled", "isMycompanyEnabled", "isDocumentsEnabled",
            "isSourceEnabled", "isObserversEnabled", "isRecyclebinEnabled", "isAutomationEnabled", "isBizProcEnabled",
        ),
        "Y",
    )  # fmt: skip
    row = {
        "id": 12,
        "title": "Закупка у поставщиков",
        "code": "",
        "createdBy": 1,
        "entityTypeId": PURCHASE,
        "customSectionId": None,
        **flags,
        "isSetOpenPermissions": "N",
        "isPaymentsEnabled": "N",
        "isCountersEnabled": "N",
        "createdTime": iso(now.replace(year=now.year - 2)),
        "updatedTime": iso(now.replace(year=now.year - 1)),
        "updatedBy": 1,
    }
    return Table([row], key="id")
