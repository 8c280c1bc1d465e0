"""People in the roles of a renewal, and who stands in when nobody was named. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.renewal.renewal_stages import Role


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a role."""

    role: Role
    user_id: int | None
    name: str
    email: str = ""


def holder_of(role: Role, roles: Mapping[Role, Holder]) -> Holder | None:
    """The person of a role; the responsible when nobody was named."""
    return roles.get(role) or roles.get(Role.RESPONSIBLE)
