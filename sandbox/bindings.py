"""Events and placements that an application can bind, and the scope each needs (placements.md, events.md)."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("INVOICE", "LEAD", "DEAL", "COMPANY", "CONTACT", "QUOTE")
USER_FIELDS = ("ADD", "UPDATE", "DELETE", "SETENUMVALUES")


def _crm_events() -> list[str]:
    changes = [f"ONCRM{kind}{what}" for kind in KINDS for what in ("ADD", "UPDATE", "DELETE")]
    fields = [f"ONCRM{kind}USERFIELD{what}" for kind in KINDS for what in USER_FIELDS]
    others = [
        f"ONCRM{name}{what}"
        for name in ("CURRENCY", "PRODUCT", "ACTIVITY", "REQUISITE", "DYNAMICITEM", "TYPE")
        for what in ("ADD", "UPDATE", "DELETE")
    ]
    of_types = [f"ONCRMTYPEUSERFIELD{what}" for what in USER_FIELDS]
    return [*changes, *fields, *others, *of_types, "ONCRMINVOICESETSTATUS", "ONCRMDEALMOVETOCATEGORY"]


EVENTS: dict[str, str] = {
    **dict.fromkeys(
        (
            "ONAPPUNINSTALL",
            "ONAPPINSTALL",
            "ONAPPUPDATE",
            "ONAPPPAYMENT",
            "ONSUBSCRIPTIONRENEW",
            "ONAPPTEST",
            "ONAPPMETHODCONFIRM",
            "ONOFFLINEEVENT",
        ),
        "",
    ),
    "ONUSERADD": "user",
    **dict.fromkeys(_crm_events(), "crm"),
    **dict.fromkeys(("ONTASKADD", "ONTASKUPDATE", "ONTASKDELETE", "ONTASKCOMMENTADD"), "task"),
    **dict.fromkeys(("ONIMCONNECTORLINEDELETE", "ONIMCONNECTORSTATUSDELETE"), "imconnector"),
    **dict.fromkeys(("ONSALEORDERSAVED", "ONPAYMENTENTITYSAVED", "ONORDERDELETED"), "sale"),
    **{f"CATALOG.PRODUCT.ON.{what}": "catalog" for what in ("ADD", "UPDATE", "DELETE")},
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place for widgets: its scope, the options it keeps, how many handlers it takes."""

    scope: str = ""
    options: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    max_count: int = 0
    user_mode: bool = False


CHAT = Place("", ("iconName", "context", "role", "extranet", "color", "width", "height"))
CARDS = ("LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE", "SMART_INVOICE", "ORDER")

PLACES: dict[str, Place] = {
    "LEFT_MENU": Place(),
    "PAGE_BACKGROUND_WORKER": Place("", ("errorHandlerUrl",), ("errorHandlerUrl",), 1, user_mode=True),
    "REST_APP_URI": Place(max_count=1),
    "BI_ANALYTICS_MENU": Place(),
    **dict.fromkeys(
        ("IM_CONTEXT_MENU", "IM_NAVIGATION", "IM_TEXTAREA", "IM_SIDEBAR", "IMMOBILE_CONTEXT_MENU"), CHAT
    ),
    **{f"CRM_{card}_LIST_TOOLBAR": Place("crm") for card in CARDS},
    **{f"CRM_{card}_LIST_MENU": Place("crm") for card in CARDS},
    **{f"CRM_{card}_DETAIL_TAB": Place("crm") for card in CARDS},
    **{f"CRM_{card}_DETAIL_TOOLBAR": Place("crm") for card in CARDS},
    **{f"CRM_{card}_DETAIL_ACTIVITY": Place("crm") for card in CARDS},
    "CRM_ANALYTICS_MENU": Place("crm"),
    "CRM_ANALYTICS_TOOLBAR": Place("crm"),
    "CRM_FUNNELS_TOOLBAR": Place("crm"),
    "USER_PROFILE_MENU": Place("user"),
    "USER_PROFILE_TOOLBAR": Place("user"),
    "TASK_VIEW_TAB": Place("task"),
    "TASK_VIEW_SIDEBAR": Place("task"),
    "TASK_VIEW_TOP_PANEL": Place("task"),
    "TASK_LIST_CONTEXT_MENU": Place("task"),
    "CALENDAR_GRIDVIEW": Place("calendar"),
    "CONTACT_CENTER": Place("contact_center"),
    "SONET_GROUP_DETAIL_TAB": Place("sonet_group"),
    "CALL_CARD": Place("telephony"),
}


def granted(scope: str, scopes: frozenset[str]) -> bool:
    """Return whether a place or event is within the scopes; an empty scope is granted to all."""
    return not scope or scope in scopes
