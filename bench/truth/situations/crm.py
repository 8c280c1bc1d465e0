"""Pipelines, stages, fields, business and smart processes."""

from datetime import timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from sandbox.rest.table import Row


def row_of(shop: Shop, table: str, **wanted: object) -> Row:
    """The one row with these values."""
    rows = shop.portal.tables[table].all()
    return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))


@situation("crm_mode_same", "переключили режим CRM без лидов")
def leads_are_switched_off(shop: Shop) -> None:
    """The portal shows no stages of leads any more: that is what the mode is told by."""
    statuses = shop.portal.tables["status"]
    for row in statuses.all():
        if row["ENTITY_ID"] == "STATUS":
            statuses.delete(row["ID"])


@situation("deal_fields_present", "поле сделки сменило тип на список")
def field_becomes_a_list(shop: Shop) -> None:
    """A text field was made anew as a list with the same code."""
    shop.portal.tables["user_field"].update("301", USER_TYPE_ID="enumeration")


@situation("deal_fields_present", "удалено польз. поле лида/компании")
def field_of_company_is_deleted(shop: Shop) -> None:
    """The number of the contract is gone from companies."""
    shop.portal.tables["user_field"].delete(row_of(shop, "user_field", ENTITY_ID="CRM_COMPANY")["ID"])


@situation("deal_fields_present", "поле переименовано (подпись)")
def field_gets_another_label(shop: Shop) -> None:
    """The label changes in all places, the code stays."""
    label = "Пожелание курьеру"
    shop.portal.tables["user_field"].update(
        "301", EDIT_FORM_LABEL=label, LIST_COLUMN_LABEL=label, LIST_FILTER_LABEL=label
    )


@situation("pipelines_can_finish", "удалена провальная стадия второй воронки")
def second_pipeline_cannot_lose(shop: Shop) -> None:
    """The failed stage of wholesale is gone."""
    shop.portal.remove("stage", "DEAL_STAGE_1:C1:LOSE")


@situation("pipelines_can_finish", "удалены конечные стадии смарт-процесса")
def smart_process_cannot_finish(shop: Shop) -> None:
    """Both ends of purchases are gone."""
    for code in ("DT177_7:SUCCESS", "DT177_7:FAIL"):
        shop.portal.remove("stage", code)


@situation("processes_not_hung", "процесс исполняется, блокировка 2 минуты назад")
def process_is_at_work(shop: Shop) -> None:
    """A process was taken two minutes ago."""
    table = shop.portal.tables["bp_instance"]
    table.update(table.ids[0], OWNED_UNTIL=(shop.now - timedelta(minutes=2)).isoformat())


@situation("processes_present", "шаблон очищен (тело пустое, MODIFIED сменился)")
def template_is_emptied(shop: Shop) -> None:
    """Somebody saved a template without its steps."""
    shop.portal.tables["bp_template"].update("201", TEMPLATE=[], MODIFIED=shop.now.isoformat())


@situation("processes_present", "шаблон переименован")
def template_is_renamed(shop: Shop) -> None:
    """A template gets another name, which saves it anew."""
    shop.portal.tables["bp_template"].update(
        "201", NAME="Скидка: согласование", MODIFIED=shop.now.isoformat()
    )


@situation("required_fields_same", "польз. поле сделки стало обязательным")
def deal_field_is_required(shop: Shop) -> None:
    """A deal field must be filled in."""
    shop.portal.tables["user_field"].update("301", MANDATORY="Y")


@situation("required_fields_same", "поле контакта стало обязательным")
def contact_field_is_required(shop: Shop) -> None:
    """A contact field must be filled in."""
    field = row_of(shop, "user_field", ENTITY_ID="CRM_CONTACT")
    shop.portal.tables["user_field"].update(field["ID"], MANDATORY="Y")


@situation("smart_processes_on", "выключены товары в смарт-процессе")
def smart_process_loses_goods(shop: Shop) -> None:
    """The link with goods is off."""
    shop.portal.tables["crm_type"].update(12, isLinkWithProductsEnabled="N")


@situation("stages_present", "удалена стадия счёта (SMART_INVOICE)")
def invoice_stage_is_deleted(shop: Shop) -> None:
    """A stage of invoices is gone."""
    shop.portal.remove("stage", "DT31_5:S")


@situation("stages_present", "удалён статус лида")
def lead_status_is_deleted(shop: Shop) -> None:
    """A status of leads is gone."""
    shop.portal.remove("stage", "STATUS:IN_PROCESS")


@situation("stages_present", "удалена вторая стадия «Опт»")
def second_stage_of_wholesale_is_deleted(shop: Shop) -> None:
    """The second stage of wholesale is gone."""
    shop.portal.remove("stage", "DEAL_STAGE_1:C1:PREPARATION")


@situation("stages_present", "удалён источник сделки (SOURCE)")
def source_is_deleted(shop: Shop) -> None:
    """The source Wildberries is gone from the dictionary."""
    shop.portal.remove("stage", "SOURCE:WB")


@situation("stages_present", "добавлена стадия")
def stage_is_added(shop: Shop) -> None:
    """Retail gets one more stage before the last ones."""
    row = row_of(shop, "status", ENTITY_ID="DEAL_STAGE", STATUS_ID="EXECUTING")
    shop.portal.tables["status"].add(
        {**row, "ID": "9001", "STATUS_ID": "UC_PACKED", "NAME": "Упакован", "SORT": "45"}
    )


@situation("stages_same", "стадии перенумерованы, порядок тот же")
def stages_are_renumbered(shop: Shop) -> None:
    """Saving the pipeline writes 100, 200, 300 in place of 10, 20, 30."""
    statuses = shop.portal.tables["status"]
    for row in statuses.all():
        statuses.update(row["ID"], SORT=str(int(row["SORT"]) * 10))


@situation("deal_fields_present", "удалено поле смарт-процесса")
def field_of_smart_process_is_deleted(shop: Shop) -> None:
    """The number of the waybill is gone from purchases."""
    shop.portal.tables["user_field"].delete(row_of(shop, "user_field", ENTITY_ID="CRM_12")["ID"])


@situation("required_fields_same", "добавлено необязательное поле сделки")
def optional_field_is_added(shop: Shop) -> None:
    """A new field that may stay empty."""
    row = row_of(shop, "user_field", ID="301")
    shop.portal.tables["user_field"].add({**row, "ID": "9001", "FIELD_NAME": "UF_CRM_1700009001"})


@situation("smart_processes_on", "смарт-процесс переименован")
def smart_process_is_renamed(shop: Shop) -> None:
    """Purchases get another name."""
    shop.portal.tables["crm_type"].update(12, title="Закупки у поставщиков и импорт")


@situation("stages_present", "удалён тип сделки «Услуги»")
def deal_type_is_deleted(shop: Shop) -> None:
    """A value of the dictionary of deal types is gone."""
    shop.portal.remove("stage", "DEAL_TYPE:SERVICES")
