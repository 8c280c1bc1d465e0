"""Sites: published again, and restored from the bin while they are in it (landing.site.*)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.restore.listed_writer import YES_NO, ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, only_id
from b24app.backup.restore.plan import Action, Operation, Pair, RestoreChoice
from b24app.backup.restore.reasons import CHANGED_SINCE, ONLY_BY_HAND
from b24app.backup.restore.writer import ObjectStanding, Written
from b24app.json_values import Json, JsonObject
from b24app.text.messages import N_, Sentence, sentence

FIELDS = ["ID", "TITLE", "ACTIVE", "DELETED", "TYPE"]
NOT_IN_BIN = N_("It is not in the bin of sites any more. A site comes back as a new one from an export.")
OUT_OF_BIN = N_("deleted")
STEPS = {
    "landing.site.markUnDelete": ("DELETED", "Y", "N"),
    "landing.site.markDelete": ("DELETED", "N", "Y"),
    "landing.site.publication": ("ACTIVE", "N", "Y"),
    "landing.site.unpublic": ("ACTIVE", "Y", "N"),
}
"""The field that each method changes, from and to."""
LOOK_IN_BIN = N_("Open “Sites”, then “Deleted”, and look for “%(name)s”")


@dataclass(frozen=True)
class SiteWriter(ListedWriter):
    """The list leaves deleted sites out unless it is asked for them."""

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:  # noqa: ARG002
        """Sites in use and in the bin."""
        found = []
        for deleted in ("N", "Y"):
            params: JsonObject = {"params": {"select": FIELDS, "filter": {"=DELETED": deleted}}}
            rows = look.rows(self.list_method, params)
            found += [{**row, "DELETED": row.get("DELETED") or deleted} for row in rows]
        return found

    def _operations(
        self,
        choice: RestoreChoice,
        rows: Sequence[JsonObject],
        look: PortalLook,  # noqa: ARG002
    ) -> Iterator[Operation]:
        here = next((row for row in rows if self.key(row) == choice.key), None)
        if here is None:
            yield self.cannot(choice, sentence(NOT_IN_BIN))
            return
        row_id = str(here.get("ID"))
        if here.get("DELETED") == "Y":
            yield self._step(choice, row_id, "landing.site.markUnDelete")
        wanted = (choice.row or {}).get("ACTIVE", "Y")
        if "ACTIVE" in (choice.only or ("ACTIVE",)) and wanted == "Y" and here.get("ACTIVE") != "Y":
            yield self._step(choice, row_id, "landing.site.publication")
        if any(name != "ACTIVE" for name in choice.only):
            yield self.cannot(choice, sentence(ONLY_BY_HAND))

    def _step(self, choice: RestoreChoice, row_id: str, method: str) -> Operation:
        name, was, now = STEPS[method]
        return Operation(
            number=0, kind=self.kind, entity=choice.entity, key=choice.key, name=choice.name, id=row_id,
            action=Action.CHANGE, title=self.title, method=method, params={"id": row_id},
            pairs=(Pair(OUT_OF_BIN if name == "DELETED" else self.fields["ACTIVE"], YES_NO[was], YES_NO[now], True),),
            expects={name: was}, wants={name: now}, link=self.link,
        )  # fmt: skip

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Unpublish, or put into the bin again."""
        one = written.operation
        choice = RestoreChoice(self.kind, one.entity, one.key, one.name)
        here = self.stands(one, look)
        if here.standing is not ObjectStanding.DONE:
            return self.cannot(choice, sentence(CHANGED_SINCE))
        if "DELETED" in one.wants:
            return self._step(choice, written.id, "landing.site.markDelete")
        return self._step(choice, written.id, "landing.site.unpublic")

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """The site's number, which stays."""
        return operation.id


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    return (sentence(LOOK_IN_BIN, name=choice.name),)


WRITER = SiteWriter(
    kind="site",
    title=N_("Site"),
    place=80,
    entity="site",
    lines=("site",),
    list_method="landing.site.getList",
    id="ID",
    fields={"ACTIVE": N_("published")},
    same=(),
    change=WritingMethod("landing.site.publication", only_id()),
    from_line={"type": "TYPE", "domain": "DOMAIN_ID", "address": "ADDRESS"},
    switch="ACTIVE",
    steps=steps,
    link="/sites/",
)
