"""Price types (catalog.priceType.*); the base one is set by marking the former base type as base again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import Operation, RestoreChoice
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NN_, NOTHING, Sentence

PRICES = NN_("%(count)s price is kept in it", "%(count)s prices are kept in it")


@dataclass(frozen=True)
class PriceTypeWriter(ListedWriter):
    """One type is the base at any time: the other ones follow, so only `base: Y` is written."""

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """Without the flags that follow by themselves."""
        return super().plan([_without_plain_base(choice) for choice in choices], look)


def _without_plain_base(choice: RestoreChoice) -> RestoreChoice:
    row = choice.row or {}
    if row.get("base") == "Y":
        return choice
    rest = {name: value for name, value in row.items() if name != "base"}
    only = tuple(name for name in choice.only if name != "base")
    return replace(choice, row=rest, only=only or (("name",) if choice.only else ()))


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many prices are kept in a type."""
    params: JsonObject = {"filter": {"catalogGroupId": row.get("id")}, "select": ["id"]}
    count = look.total("catalog.price.list", params)
    return Sentence(*PRICES, {"count": count}) if count else NOTHING


WRITER = PriceTypeWriter(
    kind="price_type",
    title=N_("Price type"),
    place=20,
    entity="price_type",
    lines=("price_type",),
    list_method="catalog.priceType.list",
    id="id",
    fields={"name": N_("name"), "base": N_("base price"), "sort": N_("place in the order"), "xmlId": N_("external code")},
    same=("name",),
    create=WritingMethod("catalog.priceType.add", in_fields()),
    change=WritingMethod("catalog.priceType.update", by_id()),
    remove=WritingMethod("catalog.priceType.delete", only_id()),
    always=("name",),
    from_line={"name": "name", "base": "base"},
    values={"base": {"yes": "Y", "no": "N"}},
    used=used,
    result=("priceType", "id"),
    link="/shop/settings/cat_group_admin/",
)  # fmt: skip
