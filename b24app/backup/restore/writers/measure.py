"""Units of measure (catalog.measure.*), identified by their code."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.setting_uses import counted, of_measure
from b24app.text.messages import N_

WRITER = ListedWriter(
    kind="measure",
    title=N_("Unit of measure"),
    place=12,
    entity="measure",
    lines=(),
    list_method="catalog.measure.list",
    id="id",
    fields={
        "measureTitle": N_("name"),
        "symbol": N_("sign"),
        "symbolIntl": N_("international sign"),
        "symbolLetterIntl": N_("international letters"),
        "isDefault": N_("default"),
    },
    same=("code",),
    create=WritingMethod("catalog.measure.add", in_fields()),
    change=WritingMethod("catalog.measure.update", by_id()),
    remove=WritingMethod("catalog.measure.delete", only_id()),
    used=counted(of_measure),
    result=("measure", "id"),
    link="/crm/configs/measure/",
)
