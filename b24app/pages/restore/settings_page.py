"""Settings of the copy that the comparison has no lines for: what was otherwise at the snapshot, to be chosen and put back."""

from datetime import datetime

from flask import Blueprint, Response, request

from b24app.backup.entities.entity import Back
from b24app.backup.restore.coming_back import settings_by_back
from b24app.backup.restore.kept_settings import differing_settings
from b24app.backup.restore.plan import RestoreChoice, RestoreSource
from b24app.backup.restore.planning import prepare
from b24app.backup.restore.setting_parts import with_lost_parts
from b24app.backup.restore.writer import load_writers
from b24app.comparison.stored_comparison import snapshot_moment
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.restore.restore_page import NOTHING_CHOSEN, moved_to
from b24app.services import services
from b24app.text.messages import N_
from b24app.web.access import author, framed
from b24app.web.page_drawing import page

BACK_WORDS = {
    Back.WRITE: N_("Comes back by the button"),
    Back.GUIDED: N_("A person puts it back"),
    Back.NONE: N_("Does not come back"),
}

blueprint = Blueprint("restore_settings", __name__)


def draw_settings(frame: Frame, wrong: BadInput | None = None) -> str:
    """The list with its ticks."""
    then, now = snapshot_moment(), services().clock.now()
    found = differing_settings(then, now) if then is not None else []
    titles = {kind: writer.title for kind, writer in load_writers().items()}
    rows = [(f"{one.kind}|{one.key}", titles[one.kind], one) for one in found]
    return page(
        "restore/settings.html", frame, rows=rows, then=then, coming_back=settings_by_back(),
        back_words=BACK_WORDS, wrong=wrong,
    )  # fmt: skip


@blueprint.get("/restore/settings")
@framed(admin=True, right=Right.RESTORE)
def show_settings(frame: Frame) -> str:
    """The settings that differ from the snapshot."""
    return draw_settings(frame)


@blueprint.post("/restore/settings")
@framed(admin=True, redraw=draw_settings, right=Right.RESTORE)
def choose_settings(frame: Frame) -> Response:
    """Make the preview of what was ticked. Nothing is written to the portal."""
    wanted, then, now = set(request.form.getlist("setting")), snapshot_moment(), services().clock.now()
    found = _found(then, now)
    chosen = [one for one in found if f"{one.kind}|{one.key}" in wanted]
    if not chosen:
        raise BadInput(NOTHING_CHOSEN)
    title = ", ".join(one.name for one in chosen)
    made = prepare(
        with_lost_parts(chosen, found), source=RestoreSource.CHANGES, title=title, by=author(frame), at=now, as_of=then
    )  # fmt: skip
    return moved_to(frame, made)


def _found(then: datetime | None, now: datetime) -> list[RestoreChoice]:
    return differing_settings(then, now) if then is not None else []
