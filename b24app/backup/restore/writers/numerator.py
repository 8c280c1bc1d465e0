"""Numbering of documents (crm.documentgenerator.numerator.*): made again with its template; the counter begins anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, in_fields, only_id
from b24app.backup.restore.plan import Action, Operation, RestoreChoice
from b24app.backup.restore.setting_uses import Question, counted
from b24app.json_values import JsonObject
from b24app.text.messages import N_, Sentence, sentence

COUNTER = N_("Counter of the numbering")
BEGINS_ANEW = N_("Bitrix24 tells no application which number was the last one, so the counter begins anew.")
SET_COUNTER = N_(
    "Open the numbering “%(name)s”, set its next number behind the last document, and choose it in the templates that used it"
)
TEMPLATES = "crm.documentgenerator.template.list"


class NumeratorWriter(ListedWriter):
    """Applications may change only what applications have made (crm-document-generator-numerator-update.md)."""

    def _operations(
        self, choice: RestoreChoice, rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        for one in super()._operations(choice, rows, look):
            yield one
            if one.action is Action.CREATE:
                told = self.cannot(choice, sentence(BEGINS_ANEW))
                yield replace(told, title=COUNTER, key=f"{one.key}:counter", steps=steps(choice))


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    return (sentence(SET_COUNTER, name=choice.name),)


def questions(row: JsonObject, look: PortalLook) -> Iterator[Question]:  # noqa: ARG001
    """Templates of documents that number by it (crm-document-generator-template-list.md)."""
    yield TEMPLATES, {"filter": {"numeratorId": row.get("id")}, "select": ["id"]}


WRITER = NumeratorWriter(
    kind="numerator",
    title=N_("Numbering of documents"),
    place=28,
    entity="numerator",
    lines=(),
    list_method="crm.documentgenerator.numerator.list",
    id="id",
    fields={"name": N_("name"), "template": N_("template of the number")},
    same=("name", "template"),
    fixed=("settings",),
    create=WritingMethod("crm.documentgenerator.numerator.add", in_fields()),
    remove=WritingMethod("crm.documentgenerator.numerator.delete", only_id()),
    used=counted(questions),
    result=("numerator", "id"),
)
