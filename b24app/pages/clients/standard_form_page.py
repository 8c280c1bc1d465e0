"""The form of a standard: its name, which clients it is about, which values it expects; made, changed, deleted."""

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.board_conditions import EXCLUDED, BoardConditions, BoardField, BoardView
from b24app.integrators.standards.rule_registry import load_rules
from b24app.integrators.standards.standard_rule import StandardRule
from b24app.integrators.standards.stored_standards import (
    EDIT,
    FIELDS,
    StandardView,
    add_standard,
    change_standard,
    delete_standard,
    find_standard,
    read_who,
)
from b24app.integrators.standards.value_words import expected_words
from b24app.pages.clients.condition_names import FIELD_TITLES, values_of
from b24app.pages.clients.standards_page import draw_standards, standards_at
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.filters import words
from b24app.web.form_fields import read_whole

blueprint = Blueprint("clients_standard_form", __name__)
WHO, USE, EXPECTED = "who_", "use_", "expected_"


def draw_form(frame: Frame, wrong: BadInput | None = None) -> str:
    """The page: of a new standard, or of the one in the path."""
    at = standards_at(frame, EDIT)
    number = (request.view_args or {}).get("standard_id")
    standard = find_standard(number) if number else None
    who = _typed_who() if wrong else standard.conditions if standard else BoardConditions(BoardView.ALL)
    values = values_of(at)
    return page(
        "clients/standard_form.html",
        frame,
        standard=standard,
        name=request.form.get("name", "") if wrong else standard.name if standard else "",
        fields=[
            (field, FIELD_TITLES[field], list(values[field].items())) for field in FIELDS if values[field]
        ],
        wanted={(one.field, one.value): "not" if one.excluded else "in" for one in who.chosen},
        rules=[(rule, *_shown_line(rule, standard, typed=wrong is not None)) for rule in _rules()],
        options=_options,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def _rules() -> list[StandardRule]:
    return sorted(load_rules().values(), key=lambda rule: not rule.loses_orders)


def _shown_line(rule: StandardRule, standard: StandardView | None, *, typed: bool) -> tuple[bool, str]:
    """Whether a rule is chosen, and the number of its field."""
    if typed:
        return f"{USE}{rule.code}" in request.form, request.form.get(f"{EXPECTED}{rule.code}", "")
    line = standard.line(rule.code) if standard else None
    return line is not None, str(line.expected if line else rule.usual)


def _options(rule: StandardRule) -> list[tuple[int, str]]:
    """The expected values of a rule with a choice, in words."""
    return [(number, words(expected_words(rule, number))) for number in sorted(rule.choices)]


def _typed_who() -> BoardConditions:
    """The clients that the form names: `who_group_5=in`, `who_group_6=not`."""
    pairs = list[tuple[str, str]]()
    for name, how in request.form.items():
        field, _, value = name.removeprefix(WHO).partition("_")
        if name.startswith(WHO) and field in set(BoardField) and how in ("in", "not"):
            pairs.append((field if how == "in" else f"{EXCLUDED}{field}", value))
    return read_who(pairs)


def _typed_rules() -> dict[str, int]:
    """The numbers of the rules that are chosen; raises BadInput with the code of the rule."""
    form = request.form
    return {
        rule.code: read_whole(form.get(f"{EXPECTED}{rule.code}", ""), rule.code, 0, rule.most)
        for rule in _rules()
        if f"{USE}{rule.code}" in form
    }


@blueprint.get("/clients/standards/new")
@framed(own=True)
def show_new(frame: Frame) -> str:
    """The empty form."""
    return draw_form(frame)


@blueprint.get("/clients/standards/<int:standard_id>/edit")
@framed(own=True)
def show_form(frame: Frame, standard_id: int) -> str:  # noqa: ARG001
    """The form of a standard."""
    return draw_form(frame)


@blueprint.post("/clients/standards")
@framed(own=True, redraw=draw_form)
def make_standard(frame: Frame) -> str:
    """Make a standard."""
    standards_at(frame, EDIT)
    number = add_standard(
        request.form.get("name", ""),
        _typed_who(),
        _typed_rules(),
        by=author(frame),
        at=services().clock.now(),
    )
    toast(N_("Saved"))
    return _draw(frame, number)


@blueprint.post("/clients/standards/<int:standard_id>")
@framed(own=True, redraw=draw_form)
def keep_standard(frame: Frame, standard_id: int) -> str:
    """Change a standard."""
    standards_at(frame, EDIT)
    change_standard(
        standard_id,
        request.form.get("name", ""),
        _typed_who(),
        _typed_rules(),
        by=author(frame),
        at=services().clock.now(),
    )
    toast(N_("Saved"))
    return _draw(frame, standard_id)


@blueprint.post("/clients/standards/<int:standard_id>/delete")
@framed(own=True)
def drop_standard(frame: Frame, standard_id: int) -> str:
    """Delete a standard; its tasks are deleted with it."""
    standards_at(frame, EDIT)
    delete_standard(standard_id, services().clock.now())
    toast(N_("The standard is deleted"))
    return draw_standards(frame)


def _draw(frame: Frame, standard_id: int) -> str:
    """The page of a standard that was just kept."""
    return draw_standards(frame, standard_id=standard_id)
