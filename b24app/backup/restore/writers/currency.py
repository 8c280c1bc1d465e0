"""Currencies and their rates (crm.currency.*); the base one stays for a person: with it all rates change."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import Operation, RestoreChoice
from b24app.backup.restore.setting_uses import counted, of_currency
from b24app.backup.restore.writer import Line
from b24app.json_values import Json
from b24app.text.messages import N_, Sentence, sentence

BASE_STAYS = N_(
    "With the base currency all rates change, so Bitrix24 advises against changing it by an application."
)
SET_BASE = N_("Open “Currencies” and make %(name)s the base currency, then look at the rates of the others")


@dataclass(frozen=True)
class CurrencyWriter(ListedWriter):
    """Its code is its id; a rate is given for a number of units, so both come back together."""

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The rate of the comparison is that of one unit."""
        for choice in super().choose(line):
            row = {"CURRENCY": line.key, **(choice.row or {})}
            if not choice.whole and "AMOUNT" in row:
                row["AMOUNT_CNT"] = "1"
            only = (*choice.only, "AMOUNT_CNT") if "AMOUNT" in choice.only else choice.only
            yield replace(choice, row=row, only=only)

    def id_of(self, operation: Operation, result: Json) -> str:
        """crm.currency.add answers with the code."""
        return str(result) if isinstance(result, str) and result else operation.id or operation.key

    def cannot(self, choice: RestoreChoice, why: Sentence) -> Operation:
        """The base currency has a reason of its own."""
        return super().cannot(choice, sentence(BASE_STAYS) if "BASE" in choice.only else why)


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    row = choice.row or {}
    return (sentence(SET_BASE, name=choice.name),) if row.get("BASE") == "Y" else ()


WRITER = CurrencyWriter(
    kind="currency",
    title=N_("Currency"),
    moves=False,
    place=10,
    entity="currency",
    lines=("currency",),
    list_method="crm.currency.list",
    id="CURRENCY",
    fields={
        "AMOUNT": N_("rate"),
        "AMOUNT_CNT": N_("for how many units"),
        "SORT": N_("place in the order"),
    },
    same=("CURRENCY",),
    create=WritingMethod("crm.currency.add", in_fields()),
    change=WritingMethod("crm.currency.update", by_id("ID")),
    remove=WritingMethod("crm.currency.delete", only_id()),
    used=counted(of_currency),
    always=("AMOUNT_CNT", "AMOUNT"),
    from_line={"rate": "AMOUNT", "base": "BASE"},
    values={"BASE": {"yes": "Y", "no": "N"}},
    steps=steps,
    link="/crm/configs/currency/",
)
