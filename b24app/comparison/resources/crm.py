"""What deals live in: pipelines, stages, smart processes, fields, business processes."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.facts.crm.deal_fields import DealFields
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.process_templates import ProcessTemplates
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.crm.stages import Stages
from b24app.comparison.resource import Found, Resource, flag, resource
from b24app.text.messages import N_


@resource(
    N_("Pipeline"),
    area=Area.CRM,
    severity=Severity.ORDERS,
    meaning=N_("New deals of this pipeline have nowhere to go."),
    remedy=N_("Create the pipeline with its stages again and move the deals back."),
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
    fields={"name": N_("name"), "default": N_("default")},
)
def pipeline(pipelines: Pipelines) -> Found:
    """Deal pipelines by entity type and id."""
    for row in pipelines.rows:
        yield f"2:{row.id}", Resource(row.name, "", {"name": row.name, "default": flag(row.is_default)})


@resource(
    N_("Stage"),
    area=Area.CRM,
    severity=Severity.ORDERS,
    meaning=N_("Deals on this stage and the robots of the stage are lost from view."),
    remedy=N_("Create the stage again and move its deals back by the list in the snapshot."),
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
    fields={"name": N_("name"), "meaning": N_("meaning of the stage"), "order": N_("place in the order")},
    minor=("name", "order"),
)
def stage(stages: Stages, pipelines: Pipelines | None = None) -> Found:
    """Stages by dictionary and code, never by id."""
    for entity in sorted({row.entity_id for row in stages.entries if row.is_stage}):
        place = pipelines.name_of(entity) if pipelines else entity
        for order, row in enumerate(stages.of(entity)):
            fields = {"name": row.name, "meaning": row.semantics, "order": str(order)}
            yield f"{entity}:{row.status_id}", Resource(row.name, place, fields)


@resource(
    N_("Smart process"),
    area=Area.CRM,
    meaning=N_("The work that ran in this smart process has stopped."),
    remedy=N_("Check whether the plan allows smart processes, then switch it on again."),
    place=N_("CRM → Settings → Smart processes"),
    fields={"name": N_("name"), "enabled": N_("switched on inside")},
)
def smart_process(smart_processes: SmartProcesses) -> Found:
    """Smart processes by entity type."""
    for row in smart_processes.rows:
        fields = {"name": row.title, "enabled": ", ".join(row.enabled)}
        yield row.entity_type_id, Resource(row.title, "", fields)


@resource(
    N_("Deal field"),
    area=Area.CRM,
    meaning=N_("Managers and exchanges fill in this field."),
    remedy=N_("Create the field with the same code or set it as it was."),
    place=N_("CRM → Settings → Custom fields"),
    fields={
        "type": N_("type"),
        "required": N_("required"),
        "multiple": N_("multiple values"),
        "items": N_("list of values"),
    },
)
def field(deal_fields: DealFields) -> Found:
    """Deal fields by their upper name."""
    for row in deal_fields.fields:
        fields = {
            "type": row.type,
            "required": flag(row.is_required),
            "multiple": flag(row.is_multiple),
            "items": "; ".join(row.items),
        }
        yield f"deal:{row.upper_name}", Resource(row.title or row.upper_name, "", fields)


@resource(
    N_("Business process"),
    area=Area.CRM,
    meaning=N_("What this process did by itself is done by nobody now."),
    remedy=N_("Import the process again or switch it on."),
    place=N_("CRM → Settings → Business processes"),
    fields={
        "name": N_("name"),
        "entity": N_("what it runs on"),
        "document": N_("document"),
        "starts": N_("how it starts"),
        "modified": N_("last edited"),
    },
    minor=("name", "modified"),
)
def process_template(process_templates: ProcessTemplates) -> Found:
    """Business-process templates by id."""
    for row in process_templates.rows:
        fields = {
            "name": row.name,
            "entity": row.entity,
            "document": row.document_type,
            "starts": row.auto_execute,
            "modified": row.modified,
        }
        yield row.id, Resource(row.name, row.entity, fields)
