"""Settings of a shop that people seldom look at: units, rounding, sections, properties, requisites, cards, numbers, groups.

Tables are built when they are first asked for: saved portals of earlier releases have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.pay_systems import FIRM, PERSON
from sandbox.shop.products import CATALOGUE

if TYPE_CHECKING:
    from sandbox.portal import Portal


def settings_table(portal: Portal, name: str) -> Table:
    """Return one of these tables by its name."""
    if name not in portal.tables:
        moment = portal.now().replace(month=1, day=10, hour=12, minute=0, second=0, microsecond=0)
        portal.tables[name] = BUILDERS[name](moment)
    return portal.tables[name]


def delete_parts(portal: Portal, name: str, owner: str, number: object) -> None:
    """Delete the rows of one of these tables that name their owner in this field."""
    table = settings_table(portal, name)
    for row in [row for row in table.all() if str(row[owner]) == str(number)]:
        table.delete(row[table.key])


def _measures(_now: datetime) -> Table:
    named = (
        (1, 6, "Метр", "м", "m", "MTR"),
        (5, 796, "Штука", "шт", "pc. 1", "PCE. NMB"),
        (4, 166, "Килограмм", "кг", "kg", "KGM"),
    )
    rows: list[Row] = [
        {"code": code, "id": number, "isDefault": "Y" if number == 5 else "N", "measureTitle": title}
        | {"symbol": symbol, "symbolIntl": intl, "symbolLetterIntl": letters}
        for number, code, title, symbol, intl, letters in named
    ]
    return Table(rows, key="id")


def _rounding_rules(now: datetime) -> Table:
    rule: Row = {"catalogGroupId": 1, "createdBy": 1, "dateCreate": iso(now), "dateModify": iso(now), "id": 1}
    return Table([rule | {"modifiedBy": 1, "price": 0, "roundPrecision": 1, "roundType": 1}], key="id")


def _price_type_groups(_now: datetime) -> Table:
    given = ((101, 1, "Y"), (102, 1, "N"), (103, 2, "Y"))
    return Table(
        [
            {"access": access, "catalogGroupId": kind, "groupId": 23, "id": number}
            for number, kind, access in given
        ],
        key="id",
    )


def _sections(_now: datetime) -> Table:
    named = (
        (31, None, "Чай и кофе", "tea"),
        (32, 31, "Чай листовой", "leaf"),
        (33, None, "Посуда", "dishes"),
    )
    rows: list[Row] = [
        {"active": "Y", "code": code, "description": None, "descriptionType": "text", "iblockId": CATALOGUE}
        | {"iblockSectionId": parent, "id": number, "name": name, "sort": number * 10, "xmlId": code}
        for number, parent, name, code in named
    ]
    return Table(rows, key="id")


def _product_properties(now: datetime) -> Table:
    rows: list[Row] = []
    for number, code, name, kind in (
        (97, "BRAND", "Марка", "L"),
        (98, "WEIGHT_NETTO", "Вес нетто", "N"),
        (99, "COUNTRY", "Страна", "S"),
    ):
        row: Row = {
            "active": "Y",
            "code": code,
            "colCount": 30,
            "defaultValue": None,
            "fileType": None,
            "filtrable": "N",
        }
        row |= {"hint": None, "iblockId": CATALOGUE, "id": number, "isRequired": "N", "linkIblockId": None}
        row |= {
            "listType": "L",
            "multiple": "N",
            "multipleCnt": 5,
            "name": name,
            "propertyType": kind,
            "rowCount": 1,
        }
        row |= {
            "searchable": "N",
            "sort": number,
            "timestampX": iso(now),
            "userType": None,
            "userTypeSettings": None,
        }
        rows.append(row | {"withDescription": "N", "xmlId": code})
    return Table(rows, key="id")


def _property_values(_now: datetime) -> Table:
    names = ("Речная", "Тихий двор", "Северная")
    return Table(
        [
            {
                "def": "N",
                "id": 430 + place,
                "propertyId": 97,
                "sort": place * 100,
                "value": name,
                "xmlId": f"brand{place}",
            }
            for place, name in enumerate(names, start=1)
        ],
        key="id",
    )


def _property_groups(_now: datetime) -> Table:
    named = ((5, "Личные данные", PERSON), (6, "Данные для доставки", PERSON), (8, "Данные компании", FIRM))
    return Table(
        [{"id": number, "name": name, "personTypeId": kind, "sort": 100} for number, name, kind in named],
        key="id",
    )


def _property_variants(_now: datetime) -> Table:
    return Table(
        [
            {
                "description": "",
                "id": place,
                "name": name,
                "orderPropsId": 8,
                "sort": place * 10,
                "value": value,
            }
            for place, (name, value) in enumerate((("Утро", "morning"), ("Вечер", "evening")), start=1)
        ],
        key="id",
    )


def _property_relations(_now: datetime) -> Table:
    rows: list[Row] = [
        {"entityId": 2, "entityType": "D", "propertyId": 8},
        {"entityId": 1, "entityType": "P", "propertyId": 8},
    ]
    return Table(({**row, "_id": place} for place, row in enumerate(rows, start=1)), key="_id")


def _person_domains(_now: datetime) -> Table:
    rows: list[Row] = [{"domain": "I", "personTypeId": PERSON}, {"domain": "E", "personTypeId": FIRM}]
    return Table(rows, key="personTypeId")


def _requisite_presets(now: datetime) -> Table:
    rows: list[Row] = [
        {"ACTIVE": "Y", "COUNTRY_ID": "1", "CREATED_BY_ID": "1", "DATE_CREATE": iso(now), "DATE_MODIFY": ""}
        | {"ENTITY_TYPE_ID": "8", "ID": str(number), "MODIFY_BY_ID": None, "NAME": name, "SORT": "500"}
        | {"XML_ID": f"#CRM_REQUISITE_PRESET_DEF_RU_{number}#"}
        for number, name in ((1, "Организация"), (2, "ИП"), (3, "Физ. лицо"))
    ]
    return Table(rows, key="ID")


def _preset_fields(_now: datetime) -> Table:
    """Fields of each template; their numbers begin anew in each (crm-requisite-preset-field-list.md)."""
    named = {
        "1": ("RQ_INN", "RQ_COMPANY_NAME", "RQ_KPP"),
        "2": ("RQ_INN", "RQ_LAST_NAME"),
        "3": ("RQ_LAST_NAME",),
    }
    rows: list[Row] = [
        {"FIELD_NAME": name, "FIELD_TITLE": "", "ID": place, "IN_SHORT_LIST": "Y", "SORT": 500 + place * 10}
        | {"_preset": preset, "_id": f"{preset}:{place}"}
        for preset, names in named.items()
        for place, name in enumerate(names, start=1)
    ]
    return Table(rows, key="_id")


def _numerators(_now: datetime) -> Table:
    counter = {"start": 1, "step": 1, "periodicBy": None, "timezone": None, "isDirectNumeration": False}
    settings = {"Bitrix_Main_Numerator_Generator_SequentNumberGenerator": counter}
    named = (("2", "Акт (Россия)"), ("3", "Счёт (Россия)"))
    return Table(
        [
            {"id": number, "name": name, "settings": settings, "template": "{NUMBER}"}
            for number, name in named
        ],
        key="id",
    )


def _document_templates(now: datetime) -> Table:
    row: Row = {
        "active": "Y",
        "code": "ACT_RU",
        "createTime": iso(now),
        "createdBy": "1",
        "entityTypeId": ["2_category_0"],
    }
    row |= {
        "id": "37",
        "isDeleted": "N",
        "moduleId": "crm",
        "name": "Акт (Россия)",
        "numeratorId": "2",
        "region": "ru",
    }
    return Table(
        [row | {"sort": "100", "updateTime": iso(now), "users": ["UA"], "withStamps": "N"}], key="id"
    )


def _extra_services(_now: datetime) -> Table:
    row: Row = {
        "ACTIVE": "Y",
        "CODE": "lift",
        "DESCRIPTION": "",
        "ID": "136",
        "NAME": "Подъём на этаж",
        "PRICE": 150,
    }
    return Table([row | {"SORT": "100", "TYPE": "checkbox", "_delivery": 2}], key="ID")


def _workgroups(now: datetime) -> Table:
    rows: list[Row] = []
    for number, name, project in (("5", "Продление Битрикс24", "Y"), ("7", "Витрина магазина", "N")):
        row: Row = {
            "ACTIVE": "Y",
            "CLOSED": "N",
            "DATE_ACTIVITY": iso(now),
            "DATE_CREATE": iso(now),
            "DATE_UPDATE": iso(now),
        }
        row |= {
            "DESCRIPTION": None,
            "ID": number,
            "IS_EXTRANET": "N",
            "KEYWORDS": None,
            "NAME": name,
            "NUMBER_OF_MEMBERS": "4",
        }
        row |= {"OPENED": "N", "OWNER_ID": "1", "PROJECT": project, "SITE_ID": "s1", "SUBJECT_ID": "1"}
        rows.append(row | {"SUBJECT_NAME": "Рабочие группы", "VISIBLE": "Y"})
    return Table(rows, key="ID")


BUILDERS: Mapping[str, Callable[[datetime], Table]] = {
    "measure": _measures,
    "rounding_rule": _rounding_rules,
    "price_type_group": _price_type_groups,
    "section": _sections,
    "product_property": _product_properties,
    "product_property_enum": _property_values,
    "order_property_group": _property_groups,
    "order_property_variant": _property_variants,
    "order_property_relation": _property_relations,
    "person_domain": _person_domains,
    "requisite_preset": _requisite_presets,
    "requisite_preset_field": _preset_fields,
    "numerator": _numerators,
    "document_template": _document_templates,
    "extra_service": _extra_services,
    "workgroup": _workgroups,
}
