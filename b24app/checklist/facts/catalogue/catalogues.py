"""Product catalogues and the offers that belong to them."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue with `product_iblock_id` holds the offers of that other one."""

    __pydantic_config__ = CAMEL

    iblock_id: Number
    name: Text = ""
    product_iblock_id: Number = None


@dataclass(frozen=True, slots=True)
class Catalogues:
    rows: tuple[Catalogue, ...]

    @property
    def products(self) -> int | None:
        """The information block of the goods."""
        return next((row.product_iblock_id or row.iblock_id for row in self.rows), None)

    @property
    def offers(self) -> int | None:
        """The information block of their variations."""
        return next((row.iblock_id for row in self.rows if row.product_iblock_id), None)


@fact(
    Command("catalog.catalog.list", {"order": {"id": "asc"}, "start": 0}),
    rank=22,
    scopes=("catalog",),
    who=ADMIN,
)
def catalogues(answer: Answer) -> Catalogues:
    """Read catalog.catalog.list (api-reference/catalog/catalog/catalog-catalog-list.md)."""
    return Catalogues(records(Catalogue, answer.result, "catalogs"))
