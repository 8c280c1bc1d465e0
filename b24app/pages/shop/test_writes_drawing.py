"""The outcome of a test write in words: its steps, the portal's own answer, and what the error catalogue knows of it."""

from typing import Any

from flask_babel import gettext, ngettext

from b24app.checklist.test_writes.write_steps import (
    KIND_TITLES,
    STEP_TITLES,
    Probed,
    StepDone,
    WriteKind,
    WriteStep,
)
from b24app.renewal.error_help import recognise
from b24app.web.edge import choose_language
from b24app.web.formats import number

MB = 1024**2
SWEPT = (WriteStep.SWEPT, WriteStep.CLEAN)


def draw_outcome(probed: Probed) -> dict[str, Any]:
    """One kind of thing that was tried."""
    failed = probed.failed
    return {
        "kind": str(probed.kind),
        "title": gettext(KIND_TITLES[probed.kind]),
        "level": str(probed.level),
        "at": probed.at,
        "by": probed.by,
        "steps": [draw_step(step) for step in probed.steps],
        "public": gettext(failed.public) if failed and failed.public else "",
        "answer": f"{failed.code} {failed.words}".strip() if failed else "",
        "known": name_trouble(failed) if failed else [],
        "left": probed.left_behind,
        "link": f"/crm/deal/details/{probed.left_behind}/" if probed.kind is WriteKind.DEAL else "",
    }


def draw_step(step: StepDone) -> dict[str, Any]:
    """One step: what it was and what it found."""
    return {
        "title": gettext(STEP_TITLES[step.step]),
        "level": "pass" if step.ok else str(step.level),
        "text": _found(step),
        "at": step.at,
    }


def _found(step: StepDone) -> str:
    if not step.ok:
        return gettext("it did not work")
    if step.step in SWEPT and step.number:
        return ngettext("%(num)s thing was deleted", "%(num)s things were deleted", step.number)
    if step.step is WriteStep.MADE and step.number:
        return gettext("number %(number)s", number=step.number)
    return ""


def name_trouble(step: StepDone) -> list[dict[str, str]]:
    """The surest trouble that the portal's words speak of, in the visitor's language."""
    language = "ru" if choose_language() == "ru" else "en"
    found = recognise(f"{step.code} {step.words}")[:1]
    return [{"title": one.title[language], "fix": one.fix[language], "path": one.path} for one in found]


def say_size(size: int) -> str:
    """Gigabytes, or megabytes when there is less than one."""
    if size < MB * 1024:
        return gettext("%(mb)s MB", mb=number(round(size / MB, 1)))
    return gettext("%(gb)s GB", gb=number(round(size / MB / 1024, 1)))
