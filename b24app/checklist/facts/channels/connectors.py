"""Connectors registered in the portal; being listed does not mean being connected."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with the right to change open line connectors")


@dataclass(frozen=True, slots=True)
class Connectors:
    names: Mapping[str, str]


@fact(Command("imconnector.list", {}), rank=27, scopes=("imopenlines", "imconnector"), who=WHO)
def connectors(answer: Answer) -> Connectors:
    """Read imconnector.list (api-reference/imopenlines/imconnector/imconnector-list.md)."""
    return Connectors({key: str(name) for key, name in mapped(answer.result).items()})
