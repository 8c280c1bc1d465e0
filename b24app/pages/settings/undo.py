"""Taking back what was saved: the values before are sealed in the address of «Undo», for ten minutes.

The address holds a digest of the saved values, too: once somebody has saved other ones, they are not overwritten.
"""

import hashlib
import json
from collections.abc import Callable, Mapping

from flask import Blueprint

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.form_fields import MOST_PATH
from b24app.web.sealed_undo import open_for_undo, seal_for_undo

blueprint = Blueprint("settings_undo", __name__)

CHANGED_SINCE = N_("This was changed again since, so it cannot be taken back: look at what stands there now.")
Restore = Callable[[Frame, Mapping[str, str]], str]
Reads = Callable[[Mapping[str, str]], Mapping[str, str]]
_RESTORES: dict[str, tuple[Restore, Reads]] = {}


def restores(what: str, *, reads: Reads) -> Callable[[Restore], Restore]:
    """Register what puts the values of one form back and draws the page of it; `reads` gives the same values as they are kept now."""

    def register(restore: Restore) -> Restore:
        _RESTORES[what] = restore, reads
        return restore

    return register


def undo_url(what: str, values: Mapping[str, str]) -> str:
    """The address that puts these values back, to be asked for after the save and of use in this portal alone.

    None where the save has changed nothing, or where they are too long for an address.
    """
    saved = _print(what, values)
    if saved == _print_of(values):
        return ""
    url = f"/settings/undo/{seal_for_undo([what, dict(values), saved])}"
    return url if len(url) < MOST_PATH else ""


@blueprint.post("/settings/undo/<sealed>")
@framed(admin=True)
def take_back(frame: Frame, sealed: str) -> str:
    """Put back the values before the last save."""
    kept = open_for_undo(sealed)
    if not isinstance(kept, list) or kept[0] not in _RESTORES:
        raise NotFound
    what, values, saved = kept
    if _print(what, values) != saved:
        raise BadInput(CHANGED_SINCE)
    restore, _ = _RESTORES[what]
    return restore(frame, values)


def _print(what: str, values: Mapping[str, str]) -> str:
    """The digest of the values that are kept now in the place of these."""
    _, reads = _RESTORES[what]
    return _print_of(reads(values))


def _print_of(values: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()[:16]
