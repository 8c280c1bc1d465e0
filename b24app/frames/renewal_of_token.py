"""Renewal of a page token after its hour: the portal is asked again who this is, with a fresh token of the frame."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from b24app.frames.page_token import Frame, portal_of, read_token
from b24app.frames.verification import verify_opening
from b24app.portals.incoming_forms import FramePost, Token, refusal


class FreshAuth(BaseModel):
    """The portal's answer to `refreshAuth` (portal-protocol.md §2), as the page passes it on; nothing in it is proven."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access_token: Token = Field(alias="AUTH_ID", repr=False)
    expires_in: int = Field(alias="AUTH_EXPIRES", default=3600, ge=0, le=86400)
    refresh_token: str = Field(alias="REFRESH_ID", default="", max_length=512, repr=False)


def vouch_again(token: str, form: Mapping[str, str]) -> Frame:
    """The frame of an old page, once the portal has named the same person again; the place and its options are the page's.

    Raises Refused when the fresh token is another person's, portal's or application's, PortalError when nobody answers.
    """
    seen = read_token(token)
    portal = portal_of(seen)
    try:
        fresh = FreshAuth.model_validate(dict(form))
    except ValidationError:
        raise refusal("malformed:refreshAuth") from None
    post = FramePost(
        domain=portal.domain,
        https=portal.client_endpoint.startswith("https://"),
        language=seen.language,
        sid=seen.sid,
        access_token=fresh.access_token,
        expires_in=fresh.expires_in,
        refresh_token=fresh.refresh_token,
        server_endpoint=portal.server_endpoint,
        application_token=portal.application_token or "",
        member_id=portal.member_id,
        placement=seen.placement,
        options=seen.options,
    )
    return verify_opening(post, user_id=seen.user_id)
