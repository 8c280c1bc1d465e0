"""What people decide of a mass loss: it was meant, or it came back, each decision undone in its place; restoring a pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, Response, request

from b24app.backup.proofs.open_losses import ClosedHow, LossView, close_loss, get_loss, reopen_loss
from b24app.backup.restore.data.remaining_loss import count_remaining
from b24app.backup.restore.lost_pipelines import prepare_pipeline
from b24app.errors import BadInput, NotFound, PortalError
from b24app.frames.page_token import Frame
from b24app.pages.copy.copy_page import draw_copy
from b24app.pages.copy.lost_objects import one_gone
from b24app.pages.restore.restore_page import moved_to
from b24app.services import services
from b24app.stored_values import MOST_INTEGER
from b24app.text.messages import N_, NOTHING, Sentence, sentence
from b24app.web import author, framed, toast
from b24app.web.form_fields import read_whole

blueprint = Blueprint("copy_alarm", __name__)

MOST_AT_ONCE = 50
STILL_GONE = N_(
    "The alarm goes on. Not in the portal yet: %(what)s. If that is meant, press “It is meant to be so”."
)
NOT_SEEN = N_(
    "The alarm goes on: the portal did not show whether it is back. Press again later, or “It is meant to be so”."
)
REST_NOT_SEEN = N_("%(known)s Of the rest the portal did not show whether it is back.")
IS_BACK = N_("It is back: we looked")
PART_IS_BACK = N_("A part is back: its alarm is over")


def _losses() -> list[int]:
    """The losses that the press is about."""
    found = [read_whole(one, "loss", 1, MOST_INTEGER) for one in request.values.getlist("loss")]
    if not found:
        raise NotFound("loss")
    if len(found) > MOST_AT_ONCE:
        raise BadInput(N_("Choose one of the offered values."), "loss")
    return found


@blueprint.post("/copy/alarm/close")
@framed(admin=True, redraw=draw_copy)
def close(frame: Frame) -> str:
    """End the alarm: what was meant needs a reason, what is marked as returned is looked for in the portal first."""
    ids, how = _losses(), request.form.get("how", "")
    if how in set(ClosedHow) and how != ClosedHow.INTENDED:
        return _close_returned(frame, [get_loss(one) for one in ids], how)
    _end_alarms(frame, ids, how, N_("The alarm is over"))
    return draw_copy(frame)


def _close_returned(frame: Frame, losses: Sequence[LossView], how: str) -> str:
    """End the alarms of what the portal has again; the others go on, and the page shows what is missing."""
    try:
        missing = count_remaining(losses, how)
    except PortalError:
        missing = {}
    back = [loss.id for loss in losses if missing.get(loss.id) == 0]
    if back:
        _end_alarms(frame, back, how, IS_BACK if len(back) == len(losses) else PART_IS_BACK)
    return draw_copy(frame, note=_note(losses, missing))


def _note(losses: Sequence[LossView], missing: Mapping[int, int | None]) -> Sentence:
    """The reason why alarms go on: what is missing, and whether the portal did not show something."""
    unseen = any(missing.get(loss.id) is None for loss in losses)
    gone = [replace(loss, lost=left) for loss in losses if (left := missing.get(loss.id))]
    if not gone:
        return sentence(NOT_SEEN) if unseen else NOTHING
    still_gone = sentence(STILL_GONE, what=tuple(map(one_gone, gone)))
    return sentence(REST_NOT_SEEN, known=still_gone) if unseen else still_gone


def _end_alarms(frame: Frame, ids: Sequence[int], how: str, said: str) -> None:
    for loss_id in ids:
        close_loss(loss_id, how, request.form.get("reason", ""), by=author(frame), at=services().clock.now())
    toast(said, undo="/copy/alarm/reopen?" + "&".join(f"loss={one}" for one in ids))


@blueprint.post("/copy/alarm/reopen")
@framed(admin=True)
def reopen(frame: Frame) -> str:
    """Take the decision back: the alarm goes on as it was."""
    for loss_id in _losses():
        get_loss(loss_id)
        reopen_loss(loss_id, by=author(frame), at=services().clock.now())
    return draw_copy(frame)


@blueprint.post("/copy/alarm/pipeline")
@framed(admin=True, redraw=draw_copy)
def put_pipeline_back(frame: Frame) -> Response:
    """Make the preview of a lost pipeline with its stages. Nothing is written to the portal."""
    loss = get_loss(_losses()[0])
    return moved_to(frame, prepare_pipeline(loss, by=author(frame), at=services().clock.now()))
