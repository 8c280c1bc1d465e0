"""How prices of a type are rounded (catalog.roundingRule.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.text.messages import N_

RULE = ("catalogGroupId", "price", "roundType", "roundPrecision")

WRITER = ListedWriter(
    kind="rounding_rule",
    title=N_("Rounding of prices"),
    place=22,
    entity="rounding_rule",
    lines=(),
    list_method="catalog.roundingRule.list",
    id="id",
    fields={
        "price": N_("for prices from"),
        "roundType": N_("way of rounding"),
        "roundPrecision": N_("precision"),
    },
    same=("catalogGroupId", "price"),
    create=WritingMethod("catalog.roundingRule.add", in_fields()),
    change=WritingMethod("catalog.roundingRule.update", by_id()),
    remove=WritingMethod("catalog.roundingRule.delete", only_id()),
    always=RULE,
    result=("roundingRule", "id"),
)
