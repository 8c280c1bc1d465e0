"""Names the permission that a portal did not grant, as the portal's own list of permissions does."""

from collections.abc import Mapping, Sequence

from b24app.backup.reading.portal_shape import ask_scopes
from b24app.manifest import is_granted
from b24app.rest_client import RestClient
from b24app.text.messages import N_, NOTHING, P_, Sentence, sentence

NAMES: Mapping[str, str] = {
    "bizproc": P_("permission", "Business processes"),
    "cashbox": P_("permission", "Cash registers"),
    "catalog": P_("permission", "Commercial catalogue"),
    "crm": P_("permission", "CRM"),
    "delivery": P_("permission", "Deliveries"),
    "department": P_("permission", "Company structure"),
    "imopenlines": P_("permission", "Open lines"),
    "landing": P_("permission", "Sites"),
    "pay_system": P_("permission", "Pay systems"),
    "sale": P_("permission", "Online shop"),
    "task": P_("permission", "Tasks"),
    "user_brief": P_("permission", "Users (minimal)"),
    "userfieldconfig": P_("permission", "Settings of custom fields"),
}
"""By the code of a scope (api-reference/scopes/permissions.md)."""
STAYS = N_(
    "The application has no permission “%(names)s”, so it stays as it is: “Settings → For developers” says who grants it."
)


def permission_name(scope: str) -> Sentence | str:
    """The name of a permission; its code where it has no name here."""
    return sentence(NAMES[scope]) if scope in NAMES else scope


def why_it_stays(client: RestClient, needed: Sequence[str]) -> Sentence:
    """A reason with those of these permissions that the portal does not grant now, all where it does not list them; else empty."""
    granted = ask_scopes(client)
    missing = [one for one in needed if not is_granted(one, granted)]
    return sentence(STAYS, names=tuple(permission_name(one) for one in missing)) if missing else NOTHING
