"""The logo of an integrator: a small PNG or JPEG, judged by its first bytes; kept with the integrator's profile."""

from base64 import b64encode

from b24app.errors import BadInput
from b24app.input_limits import JPEG, PNG, Media, media_of
from b24app.integrators.model import IntegratorRecord
from b24app.text.messages import N_

MOST_BYTES = 100 * 1024


def check_logo(content: bytes) -> Media:
    """The kind of a picture; raises BadInput for what is too large or neither PNG nor JPEG."""
    if len(content) > MOST_BYTES:
        raise BadInput(N_("The picture is larger than 100 KB: make it smaller."), "logo")
    try:
        media = media_of(content)
    except BadInput:
        media = None
    if media not in (PNG, JPEG):
        raise BadInput(N_("Only PNG and JPEG are taken, whatever the name says."), "logo")
    return media


def logo_address(row: IntegratorRecord | None) -> str:
    """The picture as an address that a page holds in itself; empty where there is none."""
    if row is None or not row.logo:
        return ""
    return f"data:{row.logo_type};base64,{b64encode(row.logo).decode()}"
