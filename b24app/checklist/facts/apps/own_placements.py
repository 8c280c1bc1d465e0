"""This application's own widgets in the portal."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import Text, records
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class BoundPlacement:
    placement: Text
    handler: Text = ""
    userId: Text = "0"  # noqa: N815 - the portal's own spelling
    title: Text = ""


@dataclass(frozen=True, slots=True)
class OwnPlacements:
    rows: tuple[BoundPlacement, ...]


@fact(Command("placement.get", {}), rank=36, scopes=("placement",), who=ADMIN)
def own_placements(answer: Answer) -> OwnPlacements:
    """Read placement.get (api-reference/widgets/placement-get.md)."""
    return OwnPlacements(records(BoundPlacement, answer.result))
