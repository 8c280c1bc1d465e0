"""The name of a person in a portal: as verified when he opened the application, else as the portal answers; never as somebody typed."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from b24app.database import current_portal_id, db
from b24app.input_limits import clean_text
from b24app.json_values import JsonObject
from b24app.portals.client_factory import open_client
from b24app.portals.model import Person
from b24app.rest_client import Answer

ASK_SECONDS = 5.0


class NamedAccount(BaseModel):
    """One account of `user.get`; every scope of users shows these (user-scope.md)."""

    model_config = ConfigDict(extra="ignore")

    id: int = Field(alias="ID")
    name: str | None = Field(alias="NAME", default="")
    last_name: str | None = Field(alias="LAST_NAME", default="")


def name_in_portal(user_id: int) -> str:
    """The name of a person of the portal in scope; empty for whom the portal does not list.

    Asks the portal about a person who is not stored, so nothing may be pending. Raises the PortalError family.
    """
    known = db.session.scalar(select(Person.name).where(Person.user_id == user_id))
    if known:
        return known
    client = open_client(current_portal_id())
    wanted: JsonObject = {"FILTER": {"ID": user_id}, "select": ["ID", "NAME", "LAST_NAME"], "start": 0}
    with client.within(ASK_SECONDS):
        return _read(client.call("user.get", wanted), user_id)


def _read(answer: Answer, user_id: int) -> str:
    rows = answer.result if isinstance(answer.result, list) else []
    for row in rows:
        try:
            one = NamedAccount.model_validate(row)
        except ValidationError:
            continue
        if one.id == user_id:
            return clean_text(f"{one.name or ''} {one.last_name or ''}".strip(), 255) or f"ID {user_id}"
    return ""
