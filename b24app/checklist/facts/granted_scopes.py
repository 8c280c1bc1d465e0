"""The permissions that the application was granted."""

from dataclasses import dataclass

from b24app.checklist.fact import fact
from b24app.errors import AnswerBroken
from b24app.wire.answers import Answer, Command


@dataclass(frozen=True, slots=True)
class GrantedScopes:
    names: tuple[str, ...]


@fact(Command("scope", {}), rank=2)
def granted_scopes(answer: Answer) -> GrantedScopes:
    """Read scope (api-reference/common/system/scope.md)."""
    if not isinstance(answer.result, list):
        raise AnswerBroken("unexpected_shape", "scope is a list of names")
    return GrantedScopes(tuple(sorted(str(name) for name in answer.result)))
