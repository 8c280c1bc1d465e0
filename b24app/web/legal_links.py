"""The links from pages to the documents, and the versions that a page states to have shown."""

from urllib.parse import urlencode

from flask import Flask, g

from b24app.database import portal_scope
from b24app.frames.page_token import Frame
from b24app.legal.document_acceptance import were_accepted
from b24app.legal.legal_documents import LICENCE, PRIVACY, SHOWN
from b24app.plans.plan_catalogue import parse_license
from b24app.portals.model import get_portal
from b24app.text.formats import locale

PATHS = {LICENCE.code: "/legal/licence", PRIVACY.code: "/legal/privacy"}


def use_legal_links(app: Flask) -> None:
    """Let templates name the documents."""
    app.jinja_env.globals |= {
        "legal_path": legal_path,
        "documents_shown": documents_shown,
        "documents_changed": were_accepted,
    }


def legal_path(code: str) -> str:
    """The address of a document in the reader's language, and for the region of the portal that he reads it from."""
    frame, query = g.get("frame"), {"lang": locale().language}
    if isinstance(frame, Frame):
        with portal_scope(frame.portal_id):
            portal = get_portal(frame.portal_id)
        found = parse_license(portal.plan_code) if portal else None
        query |= {"region": found.region} if found else {}
    return f"{PATHS[code]}?{urlencode(query)}"


def documents_shown() -> str:
    """The versions that a page shows to whoever accepts them there."""
    return SHOWN
