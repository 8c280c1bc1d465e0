"""Users (accounts) of a portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class User:
    """One account of a portal; `fields` holds all other fields that user.get returns."""

    id: int
    name: str
    last_name: str
    email: str = ""
    admin: bool = False
    crm_admin: bool = False
    active: bool = True
    user_type: str = "employee"
    lang: str = "ru"
    gender: str = ""
    time_zone: str = ""
    photo: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Return the name as pages show it."""
        return f"{self.name} {self.last_name}".strip()
