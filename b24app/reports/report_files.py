"""The report as markup and as files: the making of the PDF (WeasyPrint), workbook, JSON."""

import json
import re
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from flask import current_app, render_template
from flask_babel import get_locale, gettext
from markupsafe import Markup
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from b24app.checklist.engine.check import AREA_TITLES
from b24app.checklist.engine.verdict import Level
from b24app.comparison.compare import MISMATCH_TEXTS, Difference
from b24app.comparison.stored_comparison import ComparisonView
from b24app.errors import SettingsWrong
from b24app.reports import comparison_texts as lines
from b24app.reports import report_texts as texts
from b24app.reports.comparison_texts import stamp
from b24app.reports.report import OPEN, Report
from b24app.reports.report_columns import (
    ANSWER,
    CALL,
    CONFIRMED,
    COVER,
    LINE,
    MONTH,
    SUM,
    TERM,
    WAITING,
    Sheet,
    finding_columns,
    records,
    sheet_of,
)
from b24app.reports.report_money import ReportMoney, money_lines, money_months, money_title, money_vat
from b24app.text.messages import N_

FORMAT_VERSION = 1
NO_OFFER = N_("This is not an offer: the exact sum is named in the invoice.")
NO_PANGO = N_(
    "PDF needs the library Pango, which this server lacks: ask whoever runs it. The page and the workbook work."
)
LONG_WORD = re.compile(r"[^\s<>&]{60}(?=[^<>]*<)")  # in a text, never inside a tag
PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def draw_body(report: Report, *, folded: bool = False) -> Markup:
    """The report as markup that every page and the PDF put in; on a screen what only developers need is folded."""
    text = render_template(
        "report/body.html",
        report=report,
        folded=folded,
        language=str(get_locale()),
        texts=texts,
        areas=AREA_TITLES,
        differences=lines.DIFFERENCE_TITLES,
        mismatches=MISMATCH_TEXTS,
    )
    return Markup(text)  # noqa: S704 - our own escaped template


def write_pdf(report: Report) -> bytes:
    """A4 pages with a running head and numbers; nothing is fetched while it is laid out. Raises SettingsWrong without Pango."""
    try:
        from weasyprint import CSS, HTML
    except OSError as error:  # it loads the system's libraries by name
        raise SettingsWrong(NO_PANGO) from error

    title = gettext("Report on readiness: %(portal)s", portal=report.portal)
    text = render_template(
        "report/print.html", title=title, body=draw_body(report), language=str(get_locale())
    )
    sheets = [CSS(string=sheet, url_fetcher=refuse_fetching) for sheet in _style_sheets()]
    found = HTML(string=break_long_words(text), url_fetcher=refuse_fetching).write_pdf(stylesheets=sheets)
    return bytes(found)


def break_long_words(markup: str) -> str:
    """Let a word of hundreds of letters end a line anywhere: the time of laying it out grows with the square of its length."""
    return LONG_WORD.sub(lambda found: found[0] + "\u200b", markup)


def refuse_fetching(url: str, *_args: object, **_values: object) -> NoReturn:
    """Open no address: a report is whole in itself."""
    raise ValueError(f"a report does not fetch anything: {url[:60]}")


def _style_sheets() -> Iterable[str]:
    folder = Path(current_app.static_folder or "")
    yield (folder / "report.css").read_text(encoding="utf-8")
    yield (Path(current_app.root_path, str(current_app.template_folder)) / "report" / "print.css").read_text(
        encoding="utf-8"
    )


def write_json(report: Report) -> str:
    """Everything of the report for programs; days and moments as ISO 8601."""
    (cover,) = records(COVER, (report,))
    body = {"format": "renewal-report", "version": FORMAT_VERSION, **cover, **_parts(report)}
    return json.dumps(body, ensure_ascii=False, indent=2, default=_iso)


def _iso(value: date) -> str:
    return value.isoformat()


def _parts(report: Report) -> dict[str, object]:
    finding = finding_columns(report)
    groups = [
        {"level": level, "title": gettext(texts.GROUPS[level]), "findings": records(finding, rows)}
        for level in OPEN
        if (rows := report.of(level))
    ]
    areas = [
        {
            "title": gettext(area.title),
            "passed": area.passed,
            "total": area.total,
            "rest": texts.area_rest(area),
        }
        for area in report.checks.areas
    ]
    return {
        "groups": groups,
        "areas": areas,
        "terms": records(TERM, report.timeline.rows),
        "money": _money(report.money) if report.money else None,
        "passed": records(finding, report.of(Level.PASS)),
        "silenced": records(finding, report.silenced),
        "answers": records(ANSWER, report.answers),
        "comparison": _comparison(report.comparison) if report.comparison else None,
        "waiting": records(WAITING, report.waiting),
        "confirmed": records(CONFIRMED, texts.confirmed(report)),
        "calls": records(CALL, report.calls),
    }


def _money(found: ReportMoney) -> dict[str, object]:
    return {
        "title": money_title(found),
        "year": found.year.year,
        "currency": found.currency,
        "vat": money_vat(found),
        "sums": records(SUM, money_lines(found)),
        "months": records(MONTH, money_months(found)),
    }


def _comparison(view: ComparisonView) -> dict[str, object]:
    return {
        "before": stamp(view.before.finished_at),
        "after": stamp(view.after.finished_at),
        "summary": lines.comparison_summary(view),
        "warnings": [gettext(MISMATCH_TEXTS[one]) for one in view.mismatches],
        "differences": [
            {"code": kind, "title": gettext(lines.DIFFERENCE_TITLES[kind]), "lines": records(LINE, found)}
            for kind in Difference
            if (found := view.of(kind))
        ],
        "unchanged": lines.unchanged_texts(view.unchanged),
    }


def write_xlsx(report: Report) -> bytes:
    """One sheet for each part; text stays text, whatever it begins with."""
    out = BytesIO()
    with Workbook(out, PLAIN) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in _sheets(report):
            _write_sheet(book, sheet, bold, wrap)
    return out.getvalue()


def _write_sheet(book: Workbook, part: Sheet, bold: Format, wrap: Format) -> None:
    title, head, rows = part
    sheet = book.add_worksheet(title[:31])
    sheet.write_row(0, 0, head, bold)
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row, wrap)
    sheet.set_column(0, len(head) - 1, 28, wrap)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(head) - 1)


def _sheets(report: Report) -> Iterable[Sheet]:
    findings = [row for level in (*OPEN, Level.PASS) for row in report.of(level)]
    yield gettext("Summary"), (gettext("What"), gettext("Value")), _summary(report)
    yield sheet_of(N_("Checks"), finding_columns(report), (*findings, *report.silenced))
    yield sheet_of(N_("Terms"), TERM, report.timeline.rows)
    if found := report.money:
        title, head, rows = sheet_of(N_("Money"), SUM, money_lines(found))
        yield title, head, [*rows, [money_title(found)], [money_vat(found)], [gettext(NO_OFFER)]]
        yield sheet_of(N_("Money by month"), MONTH, money_months(found))
    if view := report.comparison:
        changes = [line for kind in Difference for line in view.of(kind)]
        yield sheet_of(N_("Comparison"), LINE, changes)
    rest = (
        sheet_of(N_("Waiting"), WAITING, report.waiting),
        sheet_of(N_("Answers"), ANSWER, report.answers),
        sheet_of(N_("Confirmed"), CONFIRMED, texts.confirmed(report)),
        sheet_of(N_("Calls"), CALL, report.calls),
    )
    yield from (sheet for sheet in rest if sheet[2])


def _summary(report: Report) -> list[tuple[str, object]]:
    cells = [(column, column.value(report)) for column in COVER if column.title]
    return [
        *((gettext(column.title), value) for column, value in cells if value or column.key != "calls_span"),
        *texts.report_dates(report),
        *((gettext(area.title), _of(area.passed, area.total)) for area in report.checks.areas),
    ]


def _of(done: int, total: int) -> str:
    return gettext("%(done)s of %(total)s", done=done, total=total)
