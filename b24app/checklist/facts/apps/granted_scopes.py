"""The permissions that the application was granted."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact
from b24app.errors import AnswerBroken


@dataclass(frozen=True, slots=True)
class GrantedScopes:
    names: tuple[str, ...]


@fact(Command("scope", {}), rank=2)
def granted_scopes(answer: Answer) -> GrantedScopes:
    """Read scope (api-reference/common/system/scope.md)."""
    if not isinstance(answer.result, list):
        raise AnswerBroken("unexpected_shape", "scope is a list of names")
    return GrantedScopes(tuple(sorted(str(name) for name in answer.result)))
