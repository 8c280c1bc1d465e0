"""The key of the copy: made in the browser or pasted, its public half kept; and a key handed over, sealed, to a worker."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.backup.archive.chosen_keys import choose_key, choose_second_key, read_chosen_keys
from b24app.backup.archive.held_keys import find_request, hand_over
from b24app.backup.archive.keys import SECRET, SecretKeyPasted
from b24app.backup.backup_plan import read_choices
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.copy.copy_page import draw_copy
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page, toast
from b24app.web.access import author

blueprint = Blueprint("key_page", __name__)


def draw_key(frame: Frame, wrong: BadInput | None = None) -> str:
    """The page of the key alone, or the tab that it was pressed on."""
    if request.form.get("back") == "copy":
        return draw_copy(frame, wrong)
    return page(
        "copy/key_page.html",
        frame,
        choices=read_choices(),
        keys=read_chosen_keys(),
        typed=_typed(request.form, wrong),
        wrong=wrong,
    )


def _typed(form: Mapping[str, str], wrong: BadInput | None) -> Mapping[str, str]:
    """The fields as they are filled again: empty when any of them has a secret key."""
    if (
        wrong is None
        or isinstance(wrong, SecretKeyPasted)
        or any(SECRET.search(one) for one in form.values())
    ):
        return {}
    return {name: form.get(name, "") for name in ("recipient", "second_recipient")}


@blueprint.get("/copy/key")
@framed(admin=True)
def show_key(frame: Frame) -> str:
    """The present key, and how to replace it."""
    return draw_key(frame)


@blueprint.post("/copy/key")
@framed(admin=True, asks_portal=True, redraw=draw_key)
def keep_key(frame: Frame) -> str:
    """Keep a public key with the administrator's confirmation that the secret one is in a safe place."""
    form = request.form
    choose_key(
        form.get("recipient", ""), kept=bool(form.get("kept")), by=author(frame), at=services().clock.now()
    )
    toast(N_("The key is chosen, the next copies are sealed with it"))
    return draw_key(frame)


@blueprint.post("/copy/key/second")
@framed(admin=True, asks_portal=True, redraw=draw_key)
def keep_second_key(frame: Frame) -> str:
    """Add the integrator's public key, or take it away."""
    choose_second_key(request.form.get("second_recipient", ""))
    toast(N_("The next copies follow it"))
    return draw_key(frame)


@blueprint.get("/copy/key/held/<purpose>")
@framed(admin=True)
def show_asked_key(frame: Frame, purpose: str) -> str:
    """The page on which a work's key is asked for, alone; the page of a restore shows the same in place."""
    return page("copy/ask_key_page.html", frame, key_request=find_request(purpose))


@blueprint.post("/copy/key/held")
@framed(admin=True)
def take_sealed_key(frame: Frame) -> ResponseReturnValue:  # noqa: ARG001 - the decorator gives it to every view
    """Pass a key that the browser has sealed to the worker which waits for it; it cannot be opened here."""
    form = request.form
    if hand_over(form.get("purpose", ""), form.get("public_key", ""), form.get("sealed", "")):
        toast(N_("The key is handed over, the work goes on"))
    else:
        toast(N_("The key is asked for anew: enter it once more"))
    return "", 204
