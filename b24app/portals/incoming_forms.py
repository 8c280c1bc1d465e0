"""What a portal sends us, parsed or refused: the form of a frame, the form of an event, the reasons of a refusal."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from b24app.errors import AddressRefused, BadInput, Refused
from b24app.input_limits import MOST_DEPTH, read_json
from b24app.text.messages import N_

MOST_VALUE = 500


def _split_scopes(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Scopes = Annotated[tuple[str, ...], BeforeValidator(_split_scopes)]
Member = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,64}$")]
MEMBER = re.compile(r"[0-9A-Za-z_.-]{1,64}")
Token = Annotated[str, Field(min_length=1, max_length=512)]


class RefusalReason(StrEnum):
    """Why a frame or an event was refused; a stable code for the log and for the portal."""

    NO_ACCESS = "no_access_token"
    MALFORMED = "malformed"
    EXPIRED = "expired"
    FOREIGN_APPLICATION = "foreign_application"
    FOREIGN_PORTAL = "foreign_portal"
    FOREIGN_USER = "foreign_user"
    ACCESS_REJECTED = "access_rejected"
    SERVER_NOT_ALLOWED = "server_not_allowed"
    HOST_NOT_ALLOWED = "host_not_allowed"
    HOST_NOT_TRUSTED = "host_not_trusted"
    HTTPS_REQUIRED = "https_required"
    NOT_GENUINE = "invalid_application_token"
    UNKNOWN_EVENT = "unknown_event"


SENTENCES = {
    RefusalReason.NO_ACCESS: N_(
        "The portal gave no access for this opening. Check that you may use this application."
    ),
    RefusalReason.MALFORMED: N_(
        "The portal's request could not be read. Open the application from the portal's menu again."
    ),
    RefusalReason.EXPIRED: N_(
        "This opening is older than its access. Open the application from the portal's menu again."
    ),
    RefusalReason.FOREIGN_APPLICATION: N_("This opening belongs to another application."),
    RefusalReason.FOREIGN_PORTAL: N_("This opening belongs to another portal."),
    RefusalReason.FOREIGN_USER: N_("This opening belongs to another person."),
    RefusalReason.ACCESS_REJECTED: N_(
        "The authorization server does not know this opening. Open the application again."
    ),
    RefusalReason.SERVER_NOT_ALLOWED: N_("The request names an authorization server that is not Bitrix24's."),
    RefusalReason.HOST_NOT_ALLOWED: N_("The request names an address that cannot be a portal."),
    RefusalReason.HOST_NOT_TRUSTED: AddressRefused.public,
    RefusalReason.HTTPS_REQUIRED: N_(
        "This portal is opened without https. If it is your company's own portal, whoever runs the application adds its "
        "address with http:// to the setting B24APP_TRUSTED_HOSTS."
    ),
    RefusalReason.NOT_GENUINE: N_("The event's token is not the one of this portal."),
    RefusalReason.UNKNOWN_EVENT: N_("The application does not expect this event."),
}


def refusal(reason: RefusalReason, detail: str = "") -> Refused:
    """A refusal with the sentence for its reason; `detail` names fields, never values."""
    return Refused(f"{reason}:{detail}" if detail else reason.value, SENTENCES[reason])


class FramePost(BaseModel):
    """The form and query of an opened frame (vendor's documentation, settings/oauth/simple-way.md); nothing in it is proven."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, hide_input_in_errors=True)

    domain: str = Field(alias="DOMAIN", min_length=1, max_length=255)
    https: bool = Field(alias="PROTOCOL", default=True)
    language: str = Field(alias="LANG", default="", pattern=r"^[A-Za-z_-]{0,10}$")
    sid: str = Field(alias="APP_SID", default="", pattern=r"^[0-9A-Za-z]{0,64}$")
    access_token: Token = Field(alias="AUTH_ID", repr=False)
    expires_in: int = Field(alias="AUTH_EXPIRES", default=3600, ge=0, le=86400)
    refresh_token: str = Field(alias="REFRESH_ID", default="", max_length=512, repr=False)
    server_endpoint: str = Field(alias="SERVER_ENDPOINT", default="", max_length=255)
    application_token: str = Field(alias="APPLICATION_TOKEN", default="", max_length=255, repr=False)
    scopes: Scopes = Field(alias="APPLICATION_SCOPE", default=())
    member_id: Member
    status: str = Field(default="", max_length=2)
    placement: str = Field(alias="PLACEMENT", default="DEFAULT", pattern=r"^[A-Za-z0-9_]{1,64}$")
    options: dict[str, str] = Field(default_factory=dict)


class EventAuth(BaseModel):
    """The `auth` block of an event, in its long or short form (vendor's documentation, api-reference/events)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    member_id: Member
    application_token: str = Field(default="", max_length=255, repr=False)
    domain: str = Field(default="", max_length=255)
    client_endpoint: str = Field(default="", max_length=255)
    server_endpoint: str = Field(default="", max_length=255)
    access_token: str = Field(default="", max_length=512, repr=False)
    refresh_token: str = Field(default="", max_length=512, repr=False)
    expires_in: int = Field(default=3600, ge=0, le=86400)
    scope: Scopes = ()
    status: str = Field(default="", max_length=2)
    user_id: int | None = Field(default=None, ge=0, le=2**31 - 1)


class EventPost(BaseModel):
    """One event; `data` stays as the portal nested it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    event: str = Field(pattern=r"^[A-Za-z0-9_:\\]{1,80}$")
    event_handler_id: str = Field(default="", max_length=20)
    ts: str = Field(default="", max_length=20)
    data: dict[str, object] = Field(default_factory=dict)
    auth: EventAuth

    def text(self, key: str) -> str:
        """A plain value of `data`, or nothing."""
        value = self.data.get(key, "")
        return value if isinstance(value, str) else ""


def read_frame_post(query: Mapping[str, str], form: Mapping[str, str]) -> FramePost:
    """Parse a frame's request or refuse it as malformed; the message names fields, never values."""
    if not form.get("AUTH_ID"):
        raise refusal(RefusalReason.NO_ACCESS)
    values = dict(query) | dict(form) | {"options": read_options(form.get("PLACEMENT_OPTIONS", ""))}
    try:
        return FramePost.model_validate(values)
    except ValidationError as error:
        raise refusal(RefusalReason.MALFORMED, _fields(error)) from None


def read_options(text: str) -> dict[str, str]:
    """PLACEMENT_OPTIONS as plain texts; absent, "undefined", [] and junk are no options (b24phpsdk, PlacementRequest)."""
    try:
        found = read_json(text)
    except ValueError:
        return {}
    except BadInput:
        raise refusal(RefusalReason.MALFORMED, "PLACEMENT_OPTIONS") from None
    if not isinstance(found, dict):
        return {}
    return {
        str(key): str(value)[:MOST_VALUE]
        for key, value in found.items()
        if isinstance(value, str | int | float)
    }


def read_event(form: Mapping[str, str]) -> EventPost:
    """Parse an event's nested form or refuse it as malformed."""
    try:
        return EventPost.model_validate(unfold(form))
    except ValidationError as error:
        raise refusal(RefusalReason.MALFORMED, _fields(error)) from None


def unfold(form: Mapping[str, str]) -> dict[str, object]:
    """Turn PHP's bracketed keys (`auth[member_id]`) into nested dictionaries."""
    tree: dict[str, object] = {}
    for key, value in form.items():
        *path, last = key.replace("]", "").split("[")
        if len(path) > MOST_DEPTH:
            raise refusal(RefusalReason.MALFORMED, "depth")
        node = tree
        for part in path:
            inner = node.setdefault(part, {})
            node = inner if isinstance(inner, dict) else {}
        node[last] = value
    return tree


def is_member(text: str) -> bool:
    """Whether a text can be the id of a portal at all."""
    return MEMBER.fullmatch(text) is not None


def _fields(error: ValidationError) -> str:
    return ",".join(str(item["loc"][-1]) for item in error.errors() if item["loc"])[:80]
