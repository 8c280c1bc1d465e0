"""Price types: the base one is what shops sell by."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Text, records
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class PriceType:
    __pydantic_config__ = CAMEL

    id: Text
    name: Text = ""
    base: Flag = False
    xml_id: Text = ""


@dataclass(frozen=True, slots=True)
class PriceTypes:
    rows: tuple[PriceType, ...]

    def base(self) -> PriceType | None:
        """The base price type: the one marked so; where none is, the one named BASE."""
        marked = (row for row in self.rows if row.base)
        named = (row for row in self.rows if row.name == "BASE")
        return next(marked, None) or next(named, None)


@fact(
    Command("catalog.priceType.list", {"order": {"id": "asc"}, "start": 0}),
    rank=23,
    scopes=("catalog",),
    who=ADMIN,
)
def price_types(answer: Answer) -> PriceTypes:
    """Read catalog.priceType.list (api-reference/catalog/price-type/catalog-price-type-list.md)."""
    return PriceTypes(records(PriceType, answer.result, "priceTypes"))
