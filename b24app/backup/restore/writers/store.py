"""Stores (catalog.store.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NN_, NOTHING, Sentence

STOCK = NN_("%(count)s product is counted in it", "%(count)s products are counted in it")


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many rows of stock name a store."""
    params: JsonObject = {"filter": {"storeId": row.get("id")}, "select": ["id"]}
    count = look.total("catalog.storeproduct.list", params)
    return Sentence(*STOCK, {"count": count}) if count else NOTHING


WRITER = ListedWriter(
    kind="store",
    title=N_("Store"),
    place=21,
    entity="store",
    lines=("store",),
    list_method="catalog.store.list",
    id="id",
    fields={
        "title": N_("name"),
        "active": N_("switched on"),
        "address": N_("address"),
        "description": N_("description"),
        "phone": N_("telephone"),
        "schedule": N_("working hours"),
        "email": N_("e-mail"),
        "issuingCenter": N_("pick-up point"),
        "sort": N_("place in the order"),
        "code": N_("code"),
        "xmlId": N_("external code"),
    },
    same=("title", "address"),
    create=WritingMethod("catalog.store.add", in_fields()),
    change=WritingMethod("catalog.store.update", by_id()),
    remove=WritingMethod("catalog.store.delete", only_id()),
    from_line={"name": "title"},
    switch="active",
    used=used,
    result=("store", "id"),
    link="/shop/settings/cat_store_list/",
)
