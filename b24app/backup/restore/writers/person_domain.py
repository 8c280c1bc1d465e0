"""Whether a payer type is a person or a company (sale.businessValuePersonDomain.*): it is restored as it was."""

from b24app.backup.restore.methods import WritingMethod, in_fields, named_by
from b24app.backup.restore.nameless_writer import BindingWriter
from b24app.text.messages import N_

NAMES = ("personTypeId", "domain")

WRITER = BindingWriter(
    kind="person_domain",
    title=N_("Payer: person or company"),
    place=15,
    entity="person_domain",
    lines=("person_type",),
    belongs=lambda line, row: str(row.get("personTypeId")) == line.key,
    list_method="sale.businessValuePersonDomain.list",
    same=NAMES,
    create=WritingMethod("sale.businessValuePersonDomain.add", in_fields()),
    remove=WritingMethod("sale.businessValuePersonDomain.deleteByFilter", named_by(NAMES)),
)
