"""Settings of the CRM: dictionaries, pipelines, smart processes, fields, cards, requisites, documents. Pure."""

from collections.abc import Iterator
from typing import Any

from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier
from b24app.text.messages import N_

DEAL, INVOICE = 2, 31
WITH_PIPELINES = (DEAL, 3, 4, INVOICE)
"""Types whose pipelines crm.category.list returns; leads, old invoices and quotes have none (crm-category-list.md)."""
CARDS = {1: "lead", 3: "contact", 4: "company", 7: "quote", INVOICE: "invoice"}
"""Types whose card is one for all; deals and smart processes have one for each pipeline."""
WITH_FIELDS = ("lead", "deal", "contact", "company", "quote", "requisite")
WRITTEN = frozenset({"lead", "deal", "contact", "company"})
"""Owners whose custom fields are restored by the button."""
OTHER_FIELDS = N_(
    "Fields of leads, deals, contacts and companies come back by the button; the other ones a person makes again."
)
DOWNLOADS = frozenset({"download", "downloadMachine"})
"""Addresses that hold a token: whoever has them can download the file."""


def entities(shape: PortalShape) -> Iterator[Entity]:
    """The settings of the CRM in the order in which they would be put back."""
    yield _of_crm(
        "crm_status",
        N_("Stages and dictionaries"),
        "crm.status.list",
        id="ID",
        drops=frozenset({"NAME_INIT"}),
    )
    yield _of_crm("smart_process", N_("Smart processes"), "crm.type.list")
    yield _of_crm("workplace", N_("Workplaces of smart processes"), "crm.automatedsolution.list")
    yield from _pipelines(shape)
    yield from _fields(shape)
    yield from _cards(shape)
    yield from _requisites()
    yield from _documents()


def _of_crm(code: str, title: str, method: str, **more: Any) -> Entity:
    return Entity(code, title, Tier.SETTINGS, method, "crm", **more)


def _pipelines(shape: PortalShape) -> Iterator[Entity]:
    for kind in (*WITH_PIPELINES, *shape.smart_processes):
        yield _of_crm(
            f"pipeline_{kind}", N_("Pipelines"), "crm.category.list",
            params={"entityTypeId": kind}, name=shape.smart_processes.get(kind, ""),
        )  # fmt: skip


def _fields(shape: PortalShape) -> Iterator[Entity]:
    in_words = {"filter": {"LANG": shape.language}}  # without it a portal returns no titles
    for owner in WITH_FIELDS:
        yield _of_crm(
            f"user_field_{owner}",
            N_("Custom fields"),
            f"crm.{owner}.userfield.list",
            id="ID",
            params=in_words,
            back=Back.WRITE if owner in WRITTEN else Back.GUIDED,
            note="" if owner in WRITTEN else OTHER_FIELDS,
        )
    yield Entity(
        "user_field_item", N_("Custom fields of smart processes"), Tier.SETTINGS, "userfieldconfig.list", "userfieldconfig",
        params={"moduleId": "crm", "select": {"0": "*", "language": shape.language}},
        per_item=PerItem("smart_process", {"filter.entityId": "CRM_{id}"}), back=Back.GUIDED, note=OTHER_FIELDS,
    )  # fmt: skip
    for (
        kind,
        name,
    ) in shape.smart_processes.items():  # with the values of lists, which userfieldconfig.list omits
        yield _of_crm(
            f"item_fields_{kind}", N_("Custom fields of smart processes"), "crm.item.fields",
            id="upperName", params={"entityTypeId": kind}, name=name, back=Back.NONE,
        )  # fmt: skip


def _cards(shape: PortalShape) -> Iterator[Entity]:
    """The common view of each card; each person's own is not kept."""
    method, title = "crm.item.details.configuration.get", N_("Common view of the card")
    for kind, word in CARDS.items():
        yield _of_crm(
            f"card_layout_{kind}", title, method, params={"entityTypeId": kind, "scope": "C"}, name=word
        )
    for kind, field in ((DEAL, "dealCategoryId"), *((one, "categoryId") for one in shape.smart_processes)):
        yield _of_crm(
            f"card_layout_{kind}", title, method, params={"entityTypeId": kind, "scope": "C"},
            per_item=PerItem(f"pipeline_{kind}", {f"extras.{field}": "{id}"}), name=shape.smart_processes.get(kind, ""),
        )  # fmt: skip


def _requisites() -> Iterator[Entity]:
    yield _of_crm("requisite_preset", N_("Templates of requisites"), "crm.requisite.preset.list", id="ID")
    yield _of_crm(
        "requisite_preset_field", N_("Fields of templates of requisites"), "crm.requisite.preset.field.list",
        id="ID", per_item=PerItem("requisite_preset", {"preset.ID": "{id}"}), parts={"_owner": "requisite_preset"},
    )  # fmt: skip


def _documents() -> Iterator[Entity]:
    yield _of_crm("numerator", N_("Numbering of documents"), "crm.documentgenerator.numerator.list")
    yield _of_crm(
        "document_template", N_("Templates of documents"), "crm.documentgenerator.template.list", params={"select": ["*", "entityTypeId", "users"]},
        back=Back.GUIDED, note=N_("The file of a template is not in the copy of settings: export it in the portal."),
        drops=DOWNLOADS, parts={"numeratorId": "numerator"},
    )  # fmt: skip
