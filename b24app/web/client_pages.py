"""A page of a client's portal as its integrator gets it: what his rights do not allow is not offered, the portal's places open in a new tab.

Every answer in a client's frame goes through here, so that no page has to handle integrators to be safe. What is refused is
refused by the views themselves (`web/access.py`); this only takes away what would be refused.
"""

import html
import json
import re
from urllib.parse import urlsplit

from flask import Response, current_app
from werkzeug.exceptions import HTTPException

from b24app.frames.page_token import Frame

CLIENT = "X-Client"
HEADERS = "hx-headers="
TAG = re.compile(
    r"<([a-z]+)\b([^<>]*\s(?:hx-(?:get|post|put|patch|delete)|action|data-portal-[a-z]+)=[^<>]*)>"
)
ASKS = re.compile(r"\s(hx-(get|post|put|patch|delete)|action)=(\"[^\"]*\"|'[^']*')")
PLACE = re.compile(r"\sdata-portal-path=(\"[^\"]*\"|'[^']*')")
HREF = re.compile(r"\shref=(\"[^\"]*\"|'[^']*')")
OF_THE_PORTAL = re.compile(r"\sdata-portal-(?:chat|user|app)\b")
"""What the portal around the frame would do: it is the integrator's own, with other people in it."""
LOCKED_FORM = re.compile(
    r"(?:<div\b[^<>]*\sid=\"([^\"]+)\"[^<>]*>\s*)?<form\b(?=[^<>]*\sdata-locked=)(?:[^<>]*?\sid=\"([^\"]+)\")?[^<>]*>"
)
OPENER = re.compile(r"<button\b([^<>]*\saria-controls=\"([^\"]+)\"[^<>]*)>")
PRESSED = frozenset({"button", "form"})
TYPED = frozenset({"input", "select", "textarea"})


def lock_client_page(response: Response, frame: Frame) -> Response:
    """Take from an answer in a client's frame what may not be pressed there; other answers and files stay as they are."""
    if frame.client is None or response.mimetype != "text/html" or response.is_streamed:
        return response
    text = TAG.sub(lambda tag: _mend(tag[1], tag[2], frame), response.get_data(as_text=True))
    response.set_data(_without_openers(text))
    return response


def _without_openers(text: str) -> str:
    """Hide the buttons that would unfold nothing but a locked form."""
    shut = {found for pair in LOCKED_FORM.findall(text) for found in pair if found}
    return OPENER.sub(lambda tag: f"<button{_hidden(tag[1])}>" if tag[2] in shut else tag[0], text)


def _mend(name: str, attributes: str, frame: Frame) -> str:
    place = PLACE.search(attributes)
    if place:
        attributes = _outside(attributes, _value(place[1]), frame)
    elif OF_THE_PORTAL.search(attributes):
        return f"<{name}{_hidden(OF_THE_PORTAL.sub(' data-elsewhere', attributes))}>"
    refused = [
        one for one in ASKS.finditer(attributes) if not is_allowed(_value(one[3]), _method(one), frame)
    ]
    for one in refused:
        attributes = attributes.replace(one[0], f" data-locked={one[3]}")
    if refused and not place and _is_about_it(name, attributes, refused):
        attributes = _hidden(attributes)
    named = _named(frame) if " hx-" in attributes and HEADERS not in attributes else ""
    return f"<{name}{attributes}{named}{' disabled' if refused and name in TYPED else ''}>"


def _named(frame: Frame) -> str:
    """Sends with every press of which client its page is (`access.py` compares it with the token)."""
    return f" {HEADERS}'{json.dumps({CLIENT: frame.consent_code})}'"


def _is_about_it(name: str, attributes: str, refused: list[re.Match[str]]) -> bool:
    """Whether an element only leads to what is refused: a link that also leads elsewhere stays, and so does an element that polls."""
    leads = name == "a" and any(one[1] == "hx-get" for one in refused)
    return leads or name in PRESSED or "unread" in attributes


def _outside(attributes: str, path: str, frame: Frame) -> str:
    """A plain link to the client's own portal: the frame is inside another one, which would open its own page of this name."""
    href = f' href="{html.escape(f"{frame.portal_url}{path}")}"'
    return PLACE.sub("", HREF.sub(lambda _: href, attributes))


def is_allowed(address: str, method: str, frame: Frame) -> bool:
    """Whether an address of ours may be asked for in a client's frame; what is none of ours is not judged here."""
    path = urlsplit(address).path
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return True
    view = vars(current_app.view_functions[endpoint])
    given = frame.client.rights if frame.client else ()
    needed = view.get("needed", ())
    return "needed" not in view or view["own"] or (bool(needed) and all(str(one) in given for one in needed))


def _method(asked: re.Match[str]) -> str:
    return "POST" if asked[1] == "action" else asked[2].upper()


def _value(quoted: str) -> str:
    return html.unescape(quoted[1:-1])


def _hidden(attributes: str) -> str:
    return attributes if re.search(r"\shidden\b", attributes) else f"{attributes} hidden"
