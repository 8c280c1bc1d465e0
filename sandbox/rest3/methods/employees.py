"""humanresources.employee.count: how many people are in the structure of the company."""

from __future__ import annotations

from typing import Any

from sandbox.rest.registry import Call
from sandbox.rest3.errors import access_denied
from sandbox.rest3.rest3_registry import method
from sandbox.user import User


@method("humanresources.employee.count", scope="humanresources")
def count_employees(call: Call) -> Any:
    """humanresources.employee.count: everybody with a department who works, each once; only they may ask."""
    if not _employed(call.user):
        raise access_denied()
    return {"total": sum(_employed(user) for user in call.portal.users)}


def _employed(user: User) -> bool:
    return user.active and user.user_type == "employee" and bool(user.fields.get("UF_DEPARTMENT"))
