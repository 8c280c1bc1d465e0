"""The proof pack: every paper of a renewal with its history and the terms, in one archive for accounting."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime

from b24app.renewal.case import CaseView
from b24app.renewal.documents import PaperView
from b24app.renewal.renewal_stages import STAGE_TITLES
from b24app.terms.payment_plan import known_methods, known_routes
from b24app.terms.term import Term
from b24app.terms.timeline import term_name
from b24app.text.messages import N_, P_, Sentence, sentence

Speak = Callable[[Sentence], str]


def write_pack(
    case: CaseView | None, terms: Iterable[Term], papers: Iterable[tuple[PaperView, bytes]], speak: Speak
) -> bytes:
    """The archive: papers by number, what was chosen, the history of the case, and all terms."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for number, (paper, content) in enumerate(papers, 1):
            pack.writestr(f"{number:02d}-{paper.kind}-{paper.name}", content)
        if case is not None:
            pack.writestr("choice.csv", write_choice(case, speak))
            pack.writestr("history.csv", write_history(case, speak))
        pack.writestr("terms.csv", write_terms(terms, speak))
    return out.getvalue()


def write_choice(case: CaseView, speak: Speak) -> str:
    """What is renewed and how it is paid: the line that accounting looks for first."""
    titles = (
        N_("Last paid day"), N_("Plan"), N_("Period, months"), N_("How you renew"), N_("How you pay"),
        N_("Number of the invoice"), N_("Sum of the invoice"), N_("Currency"),
    )  # fmt: skip
    row = (
        case.ends_on,
        case.plan_code,
        case.period_months or "",
        speak(sentence(known_routes()[case.route].title)),
        speak(sentence(known_methods()[case.method].title)),
        case.invoice_number,
        "" if case.amount is None else case.amount,
        case.currency,
    )
    return _table([speak(sentence(title)) for title in titles], [row])


def write_history(case: CaseView, speak: Speak) -> str:
    """Every stage with its day, who said so and when."""
    titles = (P_("renewal", "Stage"), N_("Day"), N_("Said by"), N_("Written down"), N_("Comment"))
    rows = [
        (speak(sentence(STAGE_TITLES[mark.stage])), mark.on, mark.by, _minute(mark.at), mark.note)
        for mark in case.marks
    ]
    return _table([speak(sentence(title)) for title in titles], rows)


def write_terms(terms: Iterable[Term], speak: Speak) -> str:
    """Every paid term with the source of its date."""
    titles = (N_("Term"), N_("Last paid day"), N_("Price"), N_("Currency"), N_("Said by"), N_("Written down"))
    rows = [
        (
            speak(term_name(term)),
            term.ends_on or "",
            "" if term.price is None else term.price,
            term.currency,
            term.said_by,
            _minute(term.said_at),
        )
        for term in terms
    ]
    return _table([speak(sentence(title)) for title in titles], rows)


def _minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _table(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """CSV that spreadsheets open in the right letters and without running formulas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(titles)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _plain(value: object) -> str:
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@" and text[:1] else text
