"""«Data and law»: the documents and who accepted them, what is kept, everything handed over as a file, everything erased."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import TargetKind
from b24app.backup.proofs.copies_left_behind import read_left_copies
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.endings import count_relations
from b24app.legal.data_file import (
    BROKE_OFF,
    DataFileView,
    ask_data_file,
    find_data_file,
    list_data_files,
    read_pieces,
)
from b24app.legal.document_acceptance import accept_documents, are_accepted, list_acceptances, names_of
from b24app.legal.erasure import erase_everything, lock_portal
from b24app.legal.legal_documents import LICENCE, PRIVACY, was_read
from b24app.legal.model import DataFileState
from b24app.pages.settings.gear_places import draw_place
from b24app.portals.present_rights import NotOneOfTheirs, demand_administrator, demand_own_person
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, toast
from b24app.web.downloads import not_made, still_made
from b24app.web.page_drawing import bare_page, frame_values

blueprint = Blueprint("data_page", __name__)

MOST_DIGITS = 10  # a number of a file is an integer of the database
WRITES = N_("Writes down everything")
IN_A_STORAGE = N_(
    "Clients, orders, activities with letters and files go into the storage that you chose. We do not have the key that opens them."
)
WHERE_IT_LIES: Mapping[str, str] = {
    TargetKind.NONE: N_(
        "No storage is chosen: no clients and orders are copied. What was copied before lies where it was put."
    ),
    TargetKind.FOLDER: N_(
        "It lies in a folder of the server on which this application runs: with whoever runs it, and not with you. "
        "He does not have the key that opens it."
    ),
    TargetKind.DOWNLOAD: N_(
        "Its parts lie with us for a day, until you download them, and are erased then. We do not have the key that opens them."
    ),
    TargetKind.PORTAL_DISK: N_(
        "It lies on the Disk of your portal: without the portal there is no copy. We do not have the key that opens it."
    ),
}


def draw_data(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole place; with what is wrong about a press."""
    settings, files = services().settings, list_data_files()
    lawyer, today = settings.lawyer_read, services().clock.now().date()
    return draw_place(
        "data",
        frame,
        settings=settings,
        where_copy_lies=WHERE_IT_LIES.get(read_choices().target_kind, IN_A_STORAGE),
        documents=[(document, was_read(document, lawyer, today)) for document in (LICENCE, PRIVACY)],
        documents_here=True,
        accepted=are_accepted(),
        acceptances=list_acceptances(),
        files=files,
        names=names_of({one.asked_by for one in files}),
        left=read_left_copies(frame.portal_id),
        relations=count_relations(frame.portal_id),
        wrong=wrong,
        typed=request.form.get("address", ""),
    )


@blueprint.get("/settings/data")
@framed(admin=True)
def show_data(frame: Frame) -> str:
    """What the application stores of this portal, and how to have it handed over or erased."""
    return draw_data(frame)


@blueprint.post("/settings/data/accept")
@framed(admin=True)
def accept(frame: Frame) -> str:
    """The administrator accepts the documents that the page has shown; other ones are shown anew."""
    shown, at = request.form.get("documents", ""), services().clock.now()
    if accept_documents(frame.user_id, shown, frame.language, at):
        toast(N_("Accepted"))
    if request.form.get("here"):
        return draw_data(frame)
    return "" if are_accepted() else render_template("legal/note.html", **frame_values(frame))


@blueprint.post("/settings/data/file")
@framed(admin=True)
def take_data(frame: Frame) -> ResponseReturnValue:
    """Everything about the portal as a ZIP for who has asked.

    The portal confirms that he is its own administrator still, when he asks and once more when he takes it.
    """
    at, number = services().clock.now(), request.form.get("file", "")
    asked = int(number) if number.isdecimal() and len(number) < MOST_DIGITS else 0
    found = find_data_file(asked, frame.user_id, at)
    if found is None or found.state is DataFileState.DONE:
        try:
            demand_own_administrator(frame)
        except BadInput as refused:
            return not_made(refused.message)
        found = found or ask_data_file(frame.portal_id, frame.user_id, at)
    if found.state is DataFileState.DONE:
        return _give(frame, found)
    failed = found.state is DataFileState.FAILED
    return not_made(found.failure or BROKE_OFF) if failed else still_made(found.id, WRITES)


def _give(frame: Frame, found: DataFileView) -> Response:
    answer = Response(read_pieces(frame.portal_id, found.id), mimetype="application/zip")
    name = f"data-{frame.domain}-{found.asked_at:%Y-%m-%d}.zip"
    answer.headers |= {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    answer.content_length = found.size
    return answer


@blueprint.post("/settings/data/erase")
@framed(admin=True, redraw=draw_data)
def erase(frame: Frame) -> str:
    """Erase everything of this portal, once its address was typed and the portal has confirmed who presses."""
    demand_own_administrator(frame)
    portal = lock_portal(frame.portal_id)
    if portal is None:  # another press was first
        return bare_page("settings/erased.html", frame, left=None)
    left = read_left_copies(frame.portal_id)
    erase_everything(portal, request.form.get("address", ""), services().clock.now())
    return bare_page("settings/erased.html", frame, left=left)


def demand_own_administrator(frame: Frame) -> None:
    """The portal itself confirms an administrator of its own, not an integrator's account. Raises BadInput, NotAllowed."""
    demand_administrator(frame.user_id)
    try:
        demand_own_person(frame.user_id)
    except NotOneOfTheirs as refused:
        raise BadInput(refused.public, "who") from None
