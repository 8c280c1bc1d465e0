"""Documents of the renewal: what accounting needs, files kept sealed, and the proof pack; only administrators may see documents."""

from flask import Blueprint, Response, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.renewal.case_changes import get_case, open_case
from b24app.renewal.documents import (
    KIND_TITLES,
    documents_of,
    forget_paper,
    give_paper,
    keep_paper,
    list_papers,
    write_archive,
)
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.profile import current_payments
from b24app.web import author, framed, page
from b24app.web.filters import today, words
from b24app.web.form_fields import as_file, read_file, read_id

blueprint = Blueprint("documents_page", __name__)


def draw_documents(frame: Frame, wrong: BadInput | None = None, *, saved: bool = False) -> str:
    """The whole page."""
    situation = main_situation(services().clock.now(), today())
    case, documents = situation.case if situation else None, documents_of(situation)
    end = situation.term.ends_on if situation else None
    return page(
        "documents.html",
        frame,
        needs=documents.needs,
        groups=[(end, papers) for end, papers in ((end, documents.mine), (None, documents.rest)) if papers],
        case=case,
        kinds=list(KIND_TITLES.items()),
        titles=KIND_TITLES,
        documents_path=current_payments().routes[situation.route if situation else "portal"].documents_path,
        kind=request.form.get("kind", "") if wrong else "",
        saved=saved,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/documents")
@framed(admin=True)
def show_documents(frame: Frame) -> str:
    """The papers of this renewal and of earlier ones."""
    return draw_documents(frame)


@blueprint.post("/documents")
@framed(admin=True, redraw=draw_documents)
def add_document(frame: Frame) -> str:
    """Keep a file with the present renewal."""
    name, content = read_file("file")
    kind, at = request.form.get("kind", ""), services().clock.now()
    keep_paper(kind, name, content, case_id=present_case(), by=author(frame), at=at)
    return draw_documents(frame, saved=True)


@blueprint.post("/documents/<int:paper_id>/file")
@framed(admin=True)
def download_document(frame: Frame, paper_id: int) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give one paper as a file to be saved, never to be shown in place."""
    paper, content = give_paper(paper_id)
    return as_file(content, paper.media, paper.name)


@blueprint.post("/documents/<int:paper_id>/delete")
@framed(admin=True)
def delete_document(frame: Frame, paper_id: int) -> str:
    """Erase one paper."""
    forget_paper(paper_id)
    return draw_documents(frame)


@blueprint.post("/documents/pack.zip")
@framed(admin=True)
def download_pack(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """All papers of one renewal with its history, for accounting."""
    asked = read_id(request.form, "case_id")
    case = get_case(asked) if asked else None
    papers = [give_paper(paper.id) for paper in reversed(list_papers(asked))]
    name = f"renewal-{case.ends_on}.zip" if case else "renewal.zip"
    return as_file(write_archive(case, list_paid_terms(), papers, words), "application/zip", name)


def present_case() -> int | None:
    """The renewal that a new paper belongs to; none until the end of the plan is written down."""
    situation = main_situation(services().clock.now(), today())
    if situation is None or situation.term.ends_on is None:
        return None
    return open_case(situation.term, services().clock.now()).id
