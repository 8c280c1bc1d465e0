"""Guided exports: how a person exports what applications cannot read, and where the file is taken."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request

from b24app.backup.backup_plan import read_choices
from b24app.backup.guided_exports import (
    LARGEST,
    ExportKind,
    find_kind,
    forget_export,
    keep_export,
    list_exports,
)
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.services import services
from b24app.text.messages import N_, sentence
from b24app.web import author, framed, page, toast
from b24app.web.form_fields import read_file

blueprint = Blueprint("export_page", __name__)


@dataclass(frozen=True, slots=True)
class ExportGuide:
    """How one kind is exported: steps, what it holds, what to beware of, and the source."""

    title: str
    lead: str
    steps: tuple[str, ...]
    beware: str
    source: str
    checked: date


GUIDES = {
    ExportKind.PRESET: ExportGuide(
        N_("Export robots and triggers"),
        N_(
            "The solution preset of Bitrix24 holds the fields and cards of CRM, pipelines and stages, business processes, robots and triggers. It is the only way to keep robots."
        ),
        (
            N_("Open CRM as a kanban, press the gear and choose “Solution preset”"),
            N_("Press “Export” and save the file"),
            N_("Choose the file here: we seal it to your key at once"),
        ),
        N_(
            "Importing a preset replaces these settings and deletes the leads and deals that are there. Import it only into an empty portal."
        ),
        N_("blog of Bitrix24, “Transfer CRM settings”, 5 February 2020"),
        date(2026, 11, 29),
    ),
    ExportKind.BPT: ExportGuide(
        N_("Export templates of business processes"),
        N_(
            "Bitrix24 takes a template back only as a .bpt file. Export the processes on which the shop stands."
        ),
        (
            N_("Open the template in the designer of business processes"),
            N_("Export it and save the .bpt file"),
            N_("Choose the file here: we seal it to your key at once. One file a template"),
        ),
        N_("A template is bound to its object: a template of deals is of no use for leads."),
        N_("documentation of REST, bizproc.workflow.template.add"),
        date(2026, 11, 29),
    ),
}


def draw_export(frame: Frame, kind: ExportKind, wrong: BadInput | None = None) -> str:
    """The steps, the form, and what was exported before."""
    return page(
        "copy/export.html",
        frame,
        kind=kind,
        guide=GUIDES[kind],
        exports=[one for one in list_exports() if one.kind is kind],
        choices=read_choices(),
        largest=LARGEST,
        wrong=wrong,
    )


def redraw(frame: Frame, wrong: BadInput) -> str:
    """The same with what is wrong with the file."""
    return draw_export(frame, find_kind(str((request.view_args or {})["kind"])), wrong)


@blueprint.get("/copy/export/<kind>")
@framed(admin=True)
def show_export(frame: Frame, kind: str) -> str:
    """How one kind is exported."""
    return draw_export(frame, find_kind(kind))


@blueprint.post("/copy/export/<kind>")
@framed(admin=True, redraw=redraw)
def take_export(frame: Frame, kind: str) -> str:
    """Take an exported file; it is sealed before it is stored."""
    name, content = read_file("file")
    kept = keep_export(kind, name, content, by=author(frame), at=services().clock.now())
    toast(sentence(N_("Taken and sealed: %(name)s"), name=kept.file_name))
    return draw_export(frame, find_kind(kind))


@blueprint.post("/copy/export/<kind>/<int:export_id>/delete")
@framed(admin=True)
def forget(frame: Frame, kind: str, export_id: int) -> str:
    """Take a file from the list."""
    forget_export(export_id)
    return draw_export(frame, find_kind(kind))
