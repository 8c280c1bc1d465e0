"""The report as files: PDF, spreadsheet, JSON; each is written from the same text."""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext
from markupsafe import Markup
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from b24app.reports.report_text import FindingText, ReportText
from b24app.text.messages import P_

FORMAT_VERSION = 1
REMARK = P_("remark", "Note")
PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Row = Sequence[object]


def draw_body(report: ReportText) -> Markup:
    """The report as markup that every page and the PDF put in."""
    return Markup(render_template("report/body.html", report=report))  # noqa: S704 - our own escaped template


def write_pdf(report: ReportText) -> bytes:
    """A4 pages with a running head and numbers; nothing is fetched while it is laid out."""
    from weasyprint import CSS, HTML

    title = gettext("Report on readiness: %(portal)s", portal=report.portal)
    text = render_template("report/print.html", title=title, body=draw_body(report), language=report.language)
    sheets = [CSS(string=sheet, url_fetcher=refuse_fetching) for sheet in _style_sheets()]
    found = HTML(string=text, url_fetcher=refuse_fetching).write_pdf(stylesheets=sheets)
    return bytes(found)


def refuse_fetching(url: str, *_args: object, **_values: object) -> dict[str, Any]:
    """A report is whole in itself: no address is ever opened for it."""
    raise ValueError(f"a report does not fetch anything: {url[:60]}")


def _style_sheets() -> Iterable[str]:
    folder = Path(current_app.static_folder or "")
    yield (folder / "report.css").read_text(encoding="utf-8")
    yield (Path(current_app.root_path, str(current_app.template_folder)) / "report" / "print.css").read_text(
        encoding="utf-8"
    )


def write_json(report: ReportText) -> str:
    """Everything of the report for programs; days and moments as ISO 8601."""
    body = {"format": "renewal-report", "version": FORMAT_VERSION} | dataclasses.asdict(report)
    return json.dumps(body, ensure_ascii=False, indent=2, default=_iso)


def _iso(value: date) -> str:
    return value.isoformat()


def write_xlsx(report: ReportText) -> bytes:
    """One sheet for each part; text stays text, whatever it begins with."""
    out = BytesIO()
    with Workbook(out, PLAIN) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for title, head, rows in _sheets(report):
            _write_sheet(book, (title, head, list(rows)), bold, wrap)
    return out.getvalue()


def _write_sheet(book: Workbook, part: tuple[str, Row, list[Row]], bold: Format, wrap: Format) -> None:
    title, head, rows = part
    sheet = book.add_worksheet(title[:31])
    sheet.write_row(0, 0, head, bold)
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row, wrap)
    sheet.set_column(0, len(head) - 1, 28, wrap)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(head) - 1)


def _sheets(report: ReportText) -> Iterable[tuple[str, Row, Iterable[Row]]]:
    yield gettext("Summary"), (gettext("What"), gettext("Value")), _summary(report)
    yield gettext("Checks"), _check_head(), (_check_row(one) for one in _all_findings(report))
    yield gettext("Terms"), _term_head(), ((t.name, t.ends, t.pay_by, t.source) for t in report.terms)
    if report.comparison:
        yield gettext("Comparison"), _change_head(), _change_rows(report)
    if report.waiting:
        waiting = ((w.title, w.line, w.until) for w in report.waiting)
        yield gettext("Waiting"), (gettext("What"), gettext("What is seen"), gettext("Until")), waiting
    if report.answers:
        yield gettext("Answers"), _answer_head(), _answer_rows(report)
    if report.confirmed:
        yield (
            gettext("Confirmed"),
            _confirmed_head(),
            ((c.what, c.how, c.who, c.when) for c in report.confirmed),
        )
    if report.calls:
        calls = ((c.number, c.at, c.method, c.http, c.error) for c in report.calls)
        yield gettext("Calls"), ("№", gettext("Moment"), gettext("Method"), "HTTP", gettext("Error")), calls


def _summary(report: ReportText) -> list[Row]:
    return [
        (gettext("Portal"), report.portal),
        (gettext("Address"), report.domain),
        (gettext("Moment"), report.moment),
        (gettext("Number"), report.number),
        (gettext("Requests to the portal"), report.requests),
        (gettext("Answer"), report.answer),
        (gettext("Readiness"), report.summary),
        (gettext("How it is counted"), report.sum),
        (gettext("Responsible"), report.responsible),
        *([(gettext("Calls in the log"), report.calls_span)] if report.calls_span else []),
        *report.tiles,
        *((area.title, _of(area.passed, area.total)) for area in report.areas),
    ]


def _of(done: int, total: int) -> str:
    return gettext("%(done)s of %(total)s", done=done, total=total)


def _all_findings(report: ReportText) -> Iterable[FindingText]:
    for group in report.groups:
        yield from group.findings
    yield from report.passed
    yield from report.silenced


def _check_head() -> Row:
    return (
        gettext("Verdict"), gettext("Area"), gettext("What"), gettext("What is seen"),
        gettext("Why it matters"), gettext("What to do"), gettext("Where"), gettext("Evidence"), gettext("Silenced"),
        gettext("Severity"), gettext("Responsible"),
    )  # fmt: skip


def _check_row(one: FindingText) -> Row:
    seen = "\n".join(f"{label}: {value}" for label, value in one.seen)
    return (
        one.word,
        one.area,
        one.title,
        one.line,
        one.why,
        one.remedy,
        one.place,
        seen,
        one.note,
        one.severity,
        one.owner,
    )


def _term_head() -> Row:
    return (gettext("What"), gettext("Valid until"), gettext("Pay by"), gettext("Who said it"))


def _change_head() -> Row:
    return (
        gettext("Difference"), gettext("What"), gettext("Where"), gettext("Before"), gettext("After"),
        gettext("Severity"), gettext("What to do"), gettext("Accepted"),
    )  # fmt: skip


def _change_rows(report: ReportText) -> Iterable[Row]:
    for group in report.comparison.differences if report.comparison else ():
        for line in group.lines:
            told = (line.name, line.place, line.was, line.now, line.word, line.advice, line.accepted)
            yield (group.title, *told)


def _confirmed_head() -> Row:
    return (gettext("What"), gettext("How"), gettext("Who"), gettext("When"))


def _answer_head() -> Row:
    return (
        gettext("Question"), gettext("Answer"), gettext("Value"), gettext(REMARK),
        gettext("Who"), gettext("When"), gettext("Holds until"), gettext("File"), "SHA-256",
    )  # fmt: skip


def _answer_rows(report: ReportText) -> Iterable[Row]:
    return (
        (a.question, a.outcome, a.value, a.note, a.who, a.when, a.until, a.file, a.digest)
        for a in report.answers
    )
