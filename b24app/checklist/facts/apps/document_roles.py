"""Whether the plan gives roles for document templates."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with the right to change the document generator's settings")


@dataclass(frozen=True, slots=True)
class DocumentRoles:
    on: bool


NOT_IN_PLAN = DocumentRoles(on=False)


@fact(
    Command("documentgenerator.role.list", {"start": 0}),
    rank=42,
    scopes=("documentgenerator",),
    who=WHO,
    means={"DOCGEN_ACCESS_ERROR": NOT_IN_PLAN},
)
def document_roles(answer: Answer) -> DocumentRoles:
    """Read documentgenerator.role.list (api-reference/document-generator/roles/...-role-list.md)."""
    listed(answer.result, "roles")
    return DocumentRoles(on=True)
