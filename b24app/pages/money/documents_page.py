"""Papers of the renewal: kept sealed, given as files, erased, packed for accounting.

Who may see documents: administrators of the portal, and an integrator with the right `Right.PAPERS`; nobody else.
"""

from flask import Blueprint, Response, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.money.money_page import draw_money
from b24app.renewal.case_changes import get_case, open_case
from b24app.renewal.documents import (
    forget_paper,
    give_paper,
    keep_paper,
    list_papers,
    write_archive,
)
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.paid_terms import list_paid_terms
from b24app.text.messages import N_
from b24app.web import author, framed, toast
from b24app.web.filters import today, words
from b24app.web.form_fields import as_file, read_file, read_id
from b24app.web.tables import table_look

blueprint = Blueprint("documents_page", __name__)


def redraw_papers(frame: Frame, wrong: BadInput) -> str:
    """The page with the form of a paper still open."""
    return draw_money(frame, wrong, opened="papers", form=request.form)


@blueprint.post("/money/documents")
@framed(admin=True, redraw=redraw_papers, right=(Right.CASE, Right.PAPERS))
def add_document(frame: Frame) -> str:
    """Keep a file with the present renewal."""
    name, content = read_file("file")
    kind, at = request.form.get("kind", ""), services().clock.now()
    keep_paper(kind, name, content, case_id=present_case(), by=author(frame), at=at)
    toast(N_("Attached"))
    return draw_money(frame)


@blueprint.post("/money/documents/<int:paper_id>/file")
@framed(admin=True, right=Right.PAPERS)
def download_document(frame: Frame, paper_id: int) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give one paper as a file to be saved, never to be shown in place."""
    paper, content = give_paper(paper_id)
    return as_file(content, paper.media, paper.name)


@blueprint.post("/money/documents/<int:paper_id>/delete")
@framed(admin=True)
def delete_document(frame: Frame, paper_id: int) -> str:
    """Erase one paper."""
    forget_paper(paper_id)
    toast(N_("Erased"))
    return draw_money(frame, opened="papers")


@blueprint.post("/money/documents/pack.zip")
@framed(admin=True, right=Right.PAPERS)
def download_pack(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """All papers of one renewal with its history, for accounting."""
    asked = read_id(request.form, "case_id")
    case = get_case(asked) if asked else None
    papers = [give_paper(paper.id) for paper in reversed(list_papers(asked))]
    name = f"renewal-{case.ends_on}.zip" if case else "renewal.zip"
    content = write_archive(case, list_paid_terms(), papers, words, table_look())
    return as_file(content, "application/zip", name)


def present_case() -> int | None:
    """The renewal that a new paper belongs to; none until the end of the plan is written down."""
    situation = main_situation(services().clock.now(), today())
    if situation is None or situation.term.ends_on is None:
        return None
    return open_case(situation.term, services().clock.now()).id
