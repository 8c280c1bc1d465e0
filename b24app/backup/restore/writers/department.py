"""Departments: name and place; people are never moved (department.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, flat, only_id
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NN_, NOTHING, Sentence

PEOPLE = NN_("%(count)s person works in it", "%(count)s people work in it")
BELOW = NN_("%(count)s department is below it", "%(count)s departments are below it")


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many people work in a department, and how many departments are below it (department-get.md)."""
    number = str(row.get("ID", ""))
    rows = (one for one in look.rows("department.get") if str(one.get("PARENT", "")) == number)
    if below := sum(("department", str(one.get("ID"))) not in look.ids.leaving for one in rows):
        return Sentence(*BELOW, {"count": below})
    count = look.total("user.get", {"FILTER": {"UF_DEPARTMENT": row.get("ID")}})
    return Sentence(*PEOPLE, {"count": count}) if count else NOTHING


WRITER = ListedWriter(
    kind="department",
    title=N_("Department"),
    place=70,
    entity="department",
    lines=(),
    list_method="department.get",
    id="ID",
    fields={
        "NAME": N_("name"),
        "SORT": N_("place in the order"),
        "PARENT": N_("department above it"),
    },
    same=("NAME", "PARENT"),
    create=WritingMethod("department.add", flat()),
    change=WritingMethod("department.update", flat("ID")),
    remove=WritingMethod("department.delete", only_id("ID")),
    used=used,
    link="/company/structure.php",
)
