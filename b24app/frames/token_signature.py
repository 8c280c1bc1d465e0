"""What the signature of a page token proves without the database: the flood limit decides by it alone."""

from dataclasses import dataclass

from itsdangerous import BadData
from pydantic import BaseModel, Field, ValidationError

from b24app.frames.page_token import open_token
from b24app.services import services


class SignedParts(BaseModel):
    """The contents that tokens of every release of ours have."""

    portal_id: int = Field(alias="p")
    verified: float = Field(alias="t")
    language: str = Field("", alias="l")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a page token proves without the database: its portal, its language, and whether it still lives."""

    portal_id: int
    language: str
    fresh: bool


def read_signature(token: str) -> Signature | None:
    """The signature of a page token; nothing when it is not ours."""
    try:
        seen = SignedParts.model_validate(
            open_token(token, services().settings.secret_key.get_secret_value())
        )
    except (BadData, ValidationError):
        return None
    age = services().clock.now().timestamp() - seen.verified
    return Signature(seen.portal_id, seen.language, age <= services().settings.frame_token_minutes * 60)
