"""What a portal says about the bearer of an access token, read from `profile` and `app.info`."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from b24app.errors import AnswerBroken
from b24app.input_limits import one_line


def _text(value: object) -> str:
    return "" if value is None or value is False else one_line(str(value))


Text = Annotated[str, BeforeValidator(_text)]


class ProfileAnswer(BaseModel):
    """`profile` (portal-protocol.md §6)."""

    model_config = ConfigDict(extra="ignore")

    id: int = Field(alias="ID")
    admin: bool = Field(alias="ADMIN", default=False)
    name: Text = Field(alias="NAME", default="")
    last_name: Text = Field(alias="LAST_NAME", default="")
    time_zone: Text = Field(alias="TIME_ZONE", default="")


class ApplicationInfo(BaseModel):
    """`app.info` of the portal (platform.md §4.1)."""

    model_config = ConfigDict(extra="ignore")

    code: Text = Field(alias="CODE", default="")
    version: int = Field(alias="VERSION", default=1)
    status: Text = Field(alias="STATUS", default="")
    installed: bool = Field(alias="INSTALLED", default=True)
    language: Text = Field(alias="LANGUAGE_ID", default="")
    plan: Text = Field(alias="LICENSE", default="")


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind an access token, and the application it was issued for."""

    user_id: int
    name: str
    is_admin: bool
    time_zone: str
    application: ApplicationInfo | None


def read_visitor(profile: Any, application: Any = None) -> Visitor:
    """Parse both answers; `application` is None where the portal has no `app.info`."""
    try:
        who = ProfileAnswer.model_validate(profile)
        what = ApplicationInfo.model_validate(application) if application is not None else None
    except ValidationError:
        raise AnswerBroken("profile", "not of the documented shape") from None
    return Visitor(
        user_id=who.id,
        name=f"{who.name} {who.last_name}".strip(),
        is_admin=who.admin,
        time_zone=who.time_zone,
        application=what,
    )
