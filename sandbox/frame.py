"""The POST form that opens an application's frame (iframe), and the reasons not to open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from sandbox import plan
from sandbox.application import ApplicationCard, Installation, PlacementBinding
from sandbox.php import to_json

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.user import User


class FrameRefused(Exception):
    """The portal shows a page of its own instead of the frame; `text` is its text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = TEXTS[reason]


# The portal's source, app.layout of rest 25.600.
TEXTS = {
    "not_found": "The application was not published in the catalog or was taken down by the developer.",
    "no_access": "You don't have permissions to access this application. "
    "Please contact your Bitrix24 administrator.",
    "no_context": "Cannot show the app in the current context.",
    "not_installed": "The application has not yet been completely installed.",
    "access_denied": "Access denied.",
    "payment": "Subscription has been ended",
    "deleted": "Portal was deleted",
}


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """Who opens which placement, in which language, with which options, from which page."""

    placement: str
    user: User
    lang: str
    options: dict[str, Any]
    referer: str
    handler: str = ""


@dataclass(frozen=True, slots=True)
class FramePost:
    """The form that the browser submits into the frame."""

    url: str
    form: dict[str, str]
    window_name: str
    sid: str
    installing: bool = False


def open_frame(portal: Portal, card: ApplicationCard | None, request: FrameRequest) -> FramePost:
    """Build the form, or refuse as the portal does."""
    installation = portal.installation(card)
    if installation is None or not installation.active:
        raise FrameRefused("not_found")
    _admit(portal, installation, request.user)
    address = choose_address(portal, installation, request)
    sid = portal.world.tokens.secret(16)
    installing = not installation.installed
    return FramePost(
        url=_with_query(portal, address, request.lang, sid),
        form=_form(portal, installation, request),
        window_name=f"{portal.host}|{int(portal.scheme == 'https')}|{sid}",
        sid=sid,
        installing=installing,
    )


def choose_address(portal: Portal, installation: Installation, request: FrameRequest) -> str:
    """Choose the address for the frame: the install page first of all."""
    if not installation.installed:
        if not portal.has_right(request.user, "admin"):
            raise FrameRefused("not_installed")
        return installation.card.install_url or installation.card.app_url
    if request.placement == "DEFAULT":
        return installation.card.app_url
    return find_binding(installation, request).handler


def find_binding(installation: Installation, request: FrameRequest) -> PlacementBinding:
    """Return the widget that this user sees in this place."""
    for binding in installation.placements:
        mine = binding.user_id in (0, request.user.id) and binding.placement == request.placement
        if mine and request.handler in ("", binding.handler):
            return binding
    raise FrameRefused("no_context")


def _admit(portal: Portal, installation: Installation, user: User) -> None:
    if portal.deleted:
        raise FrameRefused("deleted")
    if not plan.rest_allowed(portal, installation):
        raise FrameRefused("access_denied")
    if plan.payment_expired(portal, installation):
        raise FrameRefused("payment")
    if not user.active or not portal.has_right(user, "app"):
        raise FrameRefused("no_access")


def _with_query(portal: Portal, address: str, lang: str, sid: str) -> str:
    query = {"DOMAIN": portal.host, "PROTOCOL": int(portal.scheme == "https"), "LANG": lang, "APP_SID": sid}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _form(portal: Portal, installation: Installation, request: FrameRequest) -> dict[str, str]:
    tokens = portal.issue_tokens(installation.card, request.user)
    form = {
        "AUTH_ID": tokens.access,
        "AUTH_EXPIRES": str(tokens.expires_in),
        "REFRESH_ID": tokens.refresh,
        "SERVER_ENDPOINT": portal.server_endpoint,
        "APPLICATION_TOKEN": installation.application_token,
        "APPLICATION_SCOPE": ",".join(installation.scopes),
        "member_id": portal.member_id,
        "status": installation.status,
        "PLACEMENT": request.placement,
    }
    for name in portal.hidden_frame_fields:
        form.pop(name)
    options = _options(portal, request)
    if options:
        form["PLACEMENT_OPTIONS"] = to_json(options).decode()
    return form


def _options(portal: Portal, request: FrameRequest) -> dict[str, Any]:
    options = dict(request.options)
    page = urlsplit(request.referer)
    if f"{page.scheme}://{page.netloc}" == portal.url and "URI" not in options:
        options["URI"] = page.path + (f"?{page.query}" if page.query else "")
    return options
