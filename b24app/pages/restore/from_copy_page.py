"""Putting back from a copy: which copy, which items or which field; the preview follows on the page of the restore."""

from collections.abc import Sequence

from flask import Blueprint, Response, request
from flask_babel import gettext
from flask_htmx import make_response as htmx_response

from b24app.backup.proofs.open_losses import LossView
from b24app.backup.restore.data.choices import (
    TOO_MANY,
    ChoiceWay,
    all_gone,
    by_field,
    by_name,
    by_numbers,
    read_numbers,
)
from b24app.backup.restore.data.copy_choice import (
    choices_of_loss,
    copy_before,
    find_copy,
    find_loss,
    list_copies,
    list_fields,
    list_kinds,
)
from b24app.backup.restore.data.data_kinds import find_kind
from b24app.backup.restore.plan import RestoreChoice, RestoreSource
from b24app.backup.restore.planning import prepare
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.copy.lost_objects import one_gone
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page
from b24app.web.filters import words
from b24app.web.form_fields import read_id
from b24app.web.tables import sent_table, table_error

blueprint = Blueprint("restore_from_copy", __name__)
TITLES_OF_WAYS = {
    ChoiceWay.GONE: N_("%(kind)s: all that is gone"),
    ChoiceWay.ITEM: N_("%(kind)s: by numbers, %(count)s"),
    ChoiceWay.NAME: N_("%(kind)s: %(name)s"),
    ChoiceWay.FIELD: N_("%(kind)s: field %(name)s"),
}
WAYS = (ChoiceWay.GONE, ChoiceWay.ITEM, ChoiceWay.NAME, ChoiceWay.FIELD)
CONCERNED = ("records_kept",)
"""Checks that are asked again when it has ended."""
MOST_LIST = 200_000


def draw_choice(frame: Frame, wrong: BadInput | None = None) -> str:
    """The form with the typed values, or with those that a named mass loss suggests."""
    values, now = request.values, services().clock.now()
    loss = _named_loss()
    copies, entity = list_copies(), values.get("entity") or (loss.entity if loss else "deal")
    kinds = list_kinds()
    if entity not in {one.entity for one in kinds}:
        entity = "deal"
    chosen = copy_before(copies, loss.since if loss else None)
    kind = find_kind(entity)
    fields = list_fields(entity, now) if kind is not None and kind.has_fields else ()
    ways = WAYS if fields else [one for one in WAYS if one is not ChoiceWay.FIELD]
    way = values.get("way") or ChoiceWay.GONE
    return page(
        "restore/copy.html",
        frame,
        copies=copies,
        copy_id=read_id(values, "copy") or (chosen.id if chosen else 0),
        kinds=kinds,
        entity=entity,
        fields=fields,
        way=way if way in ways else ChoiceWay.GONE,
        ways=ways,
        typed=values,
        loss=loss,
        gone=one_gone(loss) if loss else None,
        limits=kind.limits if kind is not None else (),
        wrong=wrong,
    )


@blueprint.get("/restore/copy")
@framed(admin=True, right=Right.RESTORE)
def show_choice(frame: Frame) -> str:
    """What is to come back, and from which copy; `loss` names what an alarm found."""
    return draw_choice(frame)


@blueprint.post("/restore/copy")
@framed(admin=True, redraw=draw_choice, right=Right.RESTORE)
def choose_from_copy(frame: Frame) -> Response:
    """Ask for the preview; nothing is written, and the copy is opened by the worker once it has the key."""
    copy, loss = find_copy(read_id(request.form, "copy")), _named_loss()
    choices = choices_of_loss(loss) if loss is not None else _choices()
    made = prepare(
        choices, source=RestoreSource.COPY, title=words(one_gone(loss)) if loss is not None else _title(choices),
        by=author(frame), at=services().clock.now(), as_of=copy.made_at, copy_id=copy.id,
        loss_id=loss.id if loss is not None else None, checks=CONCERNED,
    )  # fmt: skip
    place = {"path": f"/restore/{made}", "target": "#page", "select": "#page", "swap": "outerHTML"}
    answer: Response = htmx_response("", location=place)
    return answer


def _named_loss() -> LossView | None:
    """The mass loss that the choice comes from; none where no open one is named."""
    number = read_id(request.values, "loss")
    return find_loss(number) if number is not None else None


def _title(choices: Sequence[RestoreChoice]) -> str:
    """How the journal calls it: the kind of items, and how they were found."""
    first = choices[0]
    field = next(iter(first.only), "")
    fields = list_fields(first.entity, services().clock.now()) if field else ()
    known = {one.code: one.name or gettext(one.title) for one in fields}
    known_kind = find_kind(first.entity)
    kind = gettext(known_kind.title) if known_kind else first.entity
    name = known.get(field, field) or first.name
    return gettext(TITLES_OF_WAYS[ChoiceWay(first.kind)], kind=kind, count=str(len(choices)), name=name)


def _choices() -> Sequence[RestoreChoice]:
    form = request.form
    entity, way = form.get("entity", ""), form.get("way", "")
    kind = find_kind(entity)
    if kind is None or (way == ChoiceWay.FIELD and not kind.has_fields):
        raise BadInput(N_("Choose one of the offered values."), "entity")
    if way == ChoiceWay.GONE:
        return all_gone(entity)
    if way == ChoiceWay.NAME:
        return by_name(entity, form.get("name", ""))
    if way == ChoiceWay.FIELD:
        return by_field(entity, form.get("field", ""), _numbers("field_ids", form.get("field_ids", "")))
    if way != ChoiceWay.ITEM:
        raise BadInput(N_("Choose one of the offered values."), "way")
    try:
        _, listed = sent_table("list", MOST_LIST, TOO_MANY)
    except BadInput as wrong:
        raise BadInput(wrong.message, "ids") from None
    return by_numbers(entity, [*_numbers("ids", form.get("ids", "")), *_numbers("ids", listed)])


def _numbers(field: str, text: str) -> list[str]:
    """The numbers of a list; raises BadInput that names the line which has none."""
    if len(text) > MOST_LIST:
        raise BadInput(TOO_MANY, field)
    try:
        return read_numbers(text)
    except BadInput as wrong:
        raise BadInput(table_error(wrong), field) from None
