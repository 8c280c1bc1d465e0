"""Situations of CRM and of its records that nobody had in mind when the checks were written."""

from datetime import timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.crm import row_of
from bench.truth.situations.records import add_copies, delete_first
from bench.truth.situations.unseen_payments import LONG_NAME, runs


@situation("pipelines_present", "две воронки «Опт», одна удалена")
def one_of_two_pipelines_is_gone(shop: Shop) -> None:
    shop.portal.tables["category"].update(2, name="Опт")
    shop.take_baseline()
    shop.portal.remove("pipeline", 2)


@situation("stages_present", "стадия удалена и заведена снова под тем же именем с другим кодом")
def stage_is_made_anew(shop: Shop) -> None:
    row = row_of(shop, "status", ENTITY_ID="DEAL_STAGE", STATUS_ID="EXECUTING")
    shop.portal.remove("stage", "DEAL_STAGE:EXECUTING")
    shop.portal.tables["status"].add({**row, "ID": "901", "STATUS_ID": "UC_NEW1"})


@situation("stages_present", "стадию удалили, проверили и вернули")
def stage_came_back(shop: Shop) -> None:
    row = row_of(shop, "status", ENTITY_ID="DEAL_STAGE", STATUS_ID="EXECUTING")
    shop.portal.tables["status"].delete(row["ID"])
    shop.run()
    shop.portal.tables["status"].add(dict(row))


@situation("stages_same", "в каждой второй воронке стадии с одинаковыми именами")
def stages_of_one_name(shop: Shop) -> None:
    for row in shop.portal.tables["status"].all():
        if row["ENTITY_ID"].startswith("DEAL_STAGE"):
            shop.portal.tables["status"].update(row["ID"], NAME="В работе")
    shop.take_baseline()


@situation("deal_fields_present", "два поля сделки с одной подписью, одно удалено")
def one_of_two_fields_is_gone(shop: Shop) -> None:
    label = {"ru": "Номер накладной"}
    for number in ("301", "303"):
        shop.portal.tables["user_field"].update(number, EDIT_FORM_LABEL=label, LIST_COLUMN_LABEL=label)
    shop.take_baseline()
    shop.portal.tables["user_field"].delete("303")


@situation("deal_fields_present", "подписи полей пустые, с разметкой и очень длинные")
def labels_are_odd(shop: Shop) -> None:
    shop.portal.tables["user_field"].update("301", EDIT_FORM_LABEL=None, LIST_COLUMN_LABEL=None)
    shop.portal.tables["user_field"].update("303", EDIT_FORM_LABEL=LONG_NAME, LIST_COLUMN_LABEL=LONG_NAME)
    shop.portal.tables["category"].update(1, name=LONG_NAME)
    shop.portal.tables["category"].update(2, name="")
    shop.take_baseline()


@situation("required_fields_same", "поле лида стало обязательным")
def lead_field_is_required(shop: Shop) -> None:
    shop.portal.tables["user_field"].update("307", MANDATORY="Y")


@situation("smart_processes_on", "у смарт-процесса выключены воронки и стадии")
def smart_process_loses_stages(shop: Shop) -> None:
    shop.portal.tables["crm_type"].update(12, isStagesEnabled="N", isCategoriesEnabled="N")


@situation("smart_processes_on", "смарт-процессов нет и не было")
def no_smart_processes_ever(shop: Shop) -> None:
    drop_smart_process(shop)
    shop.take_baseline()


def drop_smart_process(shop: Shop) -> None:
    """A portal without smart processes."""
    tables = shop.portal.tables
    tables["crm_type"].delete(12)
    tables["category"].delete(7)
    tables["user_field"].delete("313")
    tables["bp_template"].delete("219")
    for row in tables["status"].all():
        if row["ENTITY_ID"].startswith("DYNAMIC_177"):
            tables["status"].delete(row["ID"])


@situation("processes_present", "два шаблона с одним именем, один удалён")
def one_of_two_templates_is_gone(shop: Shop) -> None:
    for number in ("201", "210"):
        shop.portal.tables["bp_template"].update(number, NAME="Согласование")
    shop.take_baseline()
    shop.portal.remove("template", "210")


@situation("processes_not_hung", "процессы висели ещё до первого снимка", without_baseline=True)
def processes_hung_before(shop: Shop) -> None:
    for number in list(shop.portal.tables["bp_instance"].ids):
        shop.portal.tables["bp_instance"].update(
            number, OWNED_UNTIL=(shop.now - timedelta(hours=5)).isoformat(timespec="seconds")
        )
    runs(shop, 2)


@situation("processes_present", "бизнес-процессов на тарифе нет: метод отказывает с первого дня")
def processes_are_refused_ever(shop: Shop) -> None:
    for method in ("bizproc.workflow.template.list", "bizproc.workflow.instances"):
        shop.portal.refuse_next("ACCESS_DENIED", times=None, method=method)
    shop.take_baseline()


@situation("processes_present", "шаблонов бизнес-процессов нет и не было")
def no_processes_ever(shop: Shop) -> None:
    for name in ("bp_template", "bp_instance"):
        for number in list(shop.portal.tables[name].ids):
            shop.portal.tables[name].delete(number)
    shop.take_baseline()


@situation("records_kept", "удалено 60 лидов из 420, десять проверок назад")
def leads_lost_ten_runs_ago(shop: Shop) -> None:
    delete_first(shop, "lead", 60)
    runs(shop)


@situation("records_kept", "удалено 500 контактов, заведено 600")
def contacts_hide_contacts(shop: Shop) -> None:
    delete_first(shop, "contact", 500)
    add_copies(shop, "contact", 600)


@situation("records_kept", "удалена половина счетов")
def invoices_are_gone(shop: Shop) -> None:
    delete_first(shop, "invoice", 130)


@situation("records_kept", "удалены две пробные сделки")
def two_deals_of_tests(shop: Shop) -> None:
    delete_first(shop, "deal", 2)


@situation("records_kept", "в CRM нет ни компаний, ни счетов с самого начала")
def no_companies_ever(shop: Shop) -> None:
    for name in ("company", "invoice", "purchase", "lead"):
        delete_first(shop, name, len(shop.portal.tables[name]))
    shop.take_baseline()


@situation("records_kept", "удалены все предложения и закупки: было 36, стало 0")
def purchases_are_gone(shop: Shop) -> None:
    delete_first(shop, "purchase", 36)
