"""Resources of deals, leads, invoices and smart processes: pipelines, stages, dictionaries, fields, business processes."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.crm_dictionaries import place_of
from b24app.checklist.facts.crm.crm_mode import CrmMode
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.process_templates import ProcessTemplates
from b24app.checklist.facts.crm.smart_processes import PARTS, SmartProcesses
from b24app.checklist.facts.crm.stage_lists import StageLists
from b24app.checklist.facts.crm.stages import LEADS, PipelineStage, Stages
from b24app.comparison.resource import NOT_SEEN, Field, Found, Resource, Shown, flag, resource
from b24app.comparison.words import DOCUMENTS, STAGE_MEANINGS, STARTS
from b24app.text.messages import N_

DYNAMIC = "DYNAMIC_"
OTHERS = ("SMART_INVOICE_STAGE_", DYNAMIC)
STATUS_PAGE = "/crm/configs/status/?ACTIVE_TAB=status_tab_"  # as the portal's own kanban links to its stages
ENTRY = N_("Entry of a CRM dictionary")
ENTRY_MEANING = N_("Cards that had it show nothing in its place, and exchanges that write it get an error.")
ENTRY_REMEDY = N_("Add the entry again with the same code.")


@resource(
    N_("Pipeline"),
    area=Area.CRM,
    severity=Severity.ORDERS,
    meaning=N_("New deals of this pipeline have nowhere to go."),
    remedy=N_("Create the pipeline with its stages again and move the deals back."),
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
    fields={"name": N_("name"), "default": N_("default")},
    counted=N_("Pipelines of deals, invoices and smart processes"),
)
def pipeline(
    pipelines: Pipelines,
    stages: Stages | None = None,
    stage_lists: StageLists | None = None,
    smart_processes: SmartProcesses | None = None,
) -> Found:
    """Pipelines of deals by id; those of invoices and smart processes, taken from stages, by entity type and id."""
    for row in pipelines.rows:
        yield f"2:{row.id}", Resource(row.name, "", {"name": row.name, "default": flag(row.is_default)})
    if stages is None:
        yield "other:*", NOT_SEEN
        return
    names = {row.id: row.category_name or row.name for row in stage_lists.rows} if stage_lists else {}
    for entity in sorted(one for one in stages.lists if one.startswith(OTHERS)):
        name = names.get(entity, "")
        place = place_of(entity, None, stage_lists, smart_processes)
        owner = ("smart_process", entity.split("_")[1]) if entity.startswith(DYNAMIC) else ("", "")
        fields = {"name": name} if name else {}
        yield f"other:{entity}", Resource(name or place, place, fields, part_of=owner)


@resource(
    N_("Stage"),
    area=Area.CRM,
    severity=Severity.ORDERS,
    meaning=N_("Deals on this stage and the robots of the stage are lost from view."),
    remedy=N_("Create the stage again in its former place and move its deals back."),
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
    fields={
        "name": N_("name"),
        "meaning": Field(N_("meaning of the stage"), words=STAGE_MEANINGS),
        "order": N_("place in the order"),
    },
    field_advice={
        "meaning": N_(
            "Set the former type of the stage: reports and robots count it as won, lost or in progress."
        ),
        "order": N_(
            "Accept it if somebody moved the stage on purpose; robots of neighbours may start at another time."
        ),
    },
    minor=("name", "order"),
    counted=N_("Stages and entries of CRM dictionaries"),
)
def stage(
    stages: Stages,
    pipelines: Pipelines | None = None,
    stage_lists: StageLists | None = None,
    crm_mode: CrmMode | None = None,
) -> Found:
    """Stages and entries of dictionaries by dictionary and code, never by id; leads that are off have no stages to lose."""
    without_leads = crm_mode is not None and not crm_mode.with_leads
    if without_leads:
        yield f"{LEADS}:*", NOT_SEEN
    for entity in sorted(stages.lists - ({LEADS} if without_leads else set())):
        place = place_of(entity, pipelines, stage_lists)
        for order, row in enumerate(stages.of(entity)):
            yield f"{entity}:{row.status_id}", _entry(row, place, order)


def _entry(row: PipelineStage, place: str, order: int) -> Resource:
    link = STATUS_PAGE + row.entity_id
    if row.is_stage:
        fields = {"name": row.name, "meaning": row.semantics, "order": str(order)}
        return Resource(row.name, place, fields, link=link, part_of=_pipeline_of(row.entity_id))
    fields = {"name": row.name}
    return Resource(
        row.name, place, fields, title=ENTRY, meaning=ENTRY_MEANING, remedy=ENTRY_REMEDY, link=link
    )


def _pipeline_of(entity_id: str) -> tuple[str, str]:
    """The pipeline of these stages."""
    if entity_id.startswith("DEAL_STAGE"):
        return "pipeline", f"2:{entity_id.removeprefix('DEAL_STAGE').lstrip('_') or '0'}"
    return ("pipeline", f"other:{entity_id}") if entity_id.startswith(OTHERS) else ("", "")


@resource(
    N_("Smart process"),
    area=Area.CRM,
    meaning=N_("The work that ran in this smart process has stopped."),
    remedy=N_("Check whether the plan allows smart processes, then switch it on again."),
    place=N_("CRM → Settings → Smart processes"),
    link="/crm/type/",
    fields={"name": N_("name"), **PARTS},
    field_advice=dict.fromkeys(
        PARTS,
        N_("Check whether the plan allows it, then switch it on again in the settings of the smart process."),
    ),
)
def smart_process(smart_processes: SmartProcesses) -> Found:
    """Smart processes by entity type."""
    for row in smart_processes.rows:
        fields = {"name": row.title, **{part: flag(part in row.enabled) for part in PARTS}}
        yield row.entity_type_id, Resource(row.title, "", fields)


@resource(
    N_("Business process"),
    area=Area.CRM,
    meaning=N_("What this process did by itself is done by nobody now."),
    remedy=N_("Import the process again or switch it on."),
    place=N_("CRM → Settings → Business processes"),
    link="/crm/configs/bp/",
    fields={
        "name": N_("name"),
        "document": Field(N_("what it runs on"), words=DOCUMENTS),
        "starts": Field(N_("how it starts"), words=STARTS),
        "modified": Field(N_("last edited"), Shown.MOMENT),
    },
    minor=("name", "modified"),
    field_advice={
        "starts": N_("Switch the automatic start on again, unless somebody switched it off on purpose."),
        "modified": N_(
            "Open the template and look whether its steps are there: the portal tells when it was edited, not what."
        ),
    },
)
def process_template(
    process_templates: ProcessTemplates, smart_processes: SmartProcesses | None = None
) -> Found:
    """Business-process templates by id."""
    titles = (
        {f"{DYNAMIC}{row.entity_type_id}": row.title for row in smart_processes.rows}
        if smart_processes
        else {}
    )
    for row in process_templates.rows:
        document = row.document_type.rpartition("/")[2]
        fields = {
            "name": row.name,
            "document": document,
            "starts": row.auto_execute,
            "modified": row.modified,
        }
        place = DOCUMENTS.get(document) or titles.get(document, "")
        shown = {"document": titles[document]} if document in titles else {}
        owner = (
            ("smart_process", document.removeprefix(DYNAMIC)) if document.startswith(DYNAMIC) else ("", "")
        )
        yield row.id, Resource(row.name, place, fields, shown=shown, part_of=owner)
