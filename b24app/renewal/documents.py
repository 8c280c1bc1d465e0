"""Documents (papers) of a renewal: keep, list, give, forget, what accounting still needs, and their archive with the history and terms."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.input_limits import media_of, safe_name
from b24app.portal_rows import PortalRows
from b24app.renewal import model
from b24app.renewal.case import CaseView, Situation
from b24app.renewal.case_changes import list_cases
from b24app.renewal.renewal_stages import STAGE_TITLES, Stage, is_reached
from b24app.terms.payment_plan import known_methods, known_routes
from b24app.terms.profile import current_payments
from b24app.terms.term import Author, Term
from b24app.terms.timeline import term_name
from b24app.text.messages import N_, P_, Sentence, sentence
from b24app.text.table_writing import TableLook, write_table

MOST_PAPERS = 200
KIND_TITLES = {
    "invoice": N_("Invoice for the renewal"),
    "payment": N_("Payment order or receipt"),
    "closing": N_("Closing documents"),
    "contract": N_("Contract"),
    "other": N_("Other paper"),
}


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper without its content; `ends_on` is the end that its renewal was about."""

    id: int
    kind: str
    name: str
    media: str
    size: int
    added_by: str
    added_at: datetime
    case_id: int | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Need:
    """A paper that accounting needs: which one, where it comes from, and whether it is here."""

    kind: str
    text: str
    paper: PaperView | None
    due: bool


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """The papers of the present renewal, all others, what accounting needs, and the invoice of the time before."""

    mine: tuple[PaperView, ...]
    rest: tuple[PaperView, ...]
    needs: tuple[Need, ...]

    @property
    def here(self) -> int:
        """How many of the needed papers are here."""
        return sum(need.paper is not None for need in self.needs)

    @property
    def previous(self) -> PaperView | None:
        """The newest invoice of an earlier renewal."""
        return next((paper for paper in self.rest if paper.kind == "invoice" and paper.case_id), None)


def keep_paper(
    kind: str, name: str, content: bytes, *, case_id: int | None, by: Author, at: datetime
) -> PaperView:
    """Check and seal one file; raises BadInput naming the field."""
    if kind not in KIND_TITLES:
        raise BadInput(N_("Choose what paper this is."), "kind")
    media, digest = media_of(content), hashlib.sha256(content).hexdigest()
    query = select(func.count(model.Paper.id))
    if (db.session.scalar(query) or 0) >= MOST_PAPERS:
        raise BadInput(N_("There are too many papers: delete old ones first."), "file")
    if db.session.scalar(query.where(model.Paper.digest == digest, model.Paper.case_id == case_id)):
        raise BadInput(N_("This very file is here already."), "file")
    row = model.Paper(case_id=case_id, kind=kind, name=safe_name(name, media), media=media.mime)
    row.size, row.digest, row.content = len(content), digest, content
    row.added_by, row.added_at = by.name, at
    db.session.add(row)
    db.session.flush()
    return next(paper for paper in list_papers() if paper.id == row.id)


PAPERS = PortalRows(select(model.Paper).order_by(model.Paper.id.desc()), without=("content",))


def list_papers(case_id: int | None = None) -> tuple[PaperView, ...]:
    """The papers of one renewal or of all, newest first; contents stay sealed."""
    ends = {case.id: case.ends_on for case in list_cases()}
    names = [name for name in PaperView.__dataclass_fields__ if name != "ends_on"]
    return tuple(
        PaperView(**{name: getattr(row, name) for name in names}, ends_on=ends.get(row.case_id or 0))
        for row in PAPERS.read()
        if case_id in (None, row.case_id)
    )


def documents_of(s: Situation | None) -> DocumentsView:
    """All papers as the present renewal sees them; those without a renewal count for it while it has none of its own."""
    papers, case = list_papers(), s.case if s else None
    mine = tuple(paper for paper in papers if case is not None and paper.case_id == case.id)
    rest = tuple(paper for paper in papers if paper not in mine)
    counted = mine or tuple(paper for paper in rest if paper.case_id is None)
    return DocumentsView(mine, rest, needs_of(s, counted))


def give_paper(paper_id: int) -> tuple[PaperView, bytes]:
    """One paper with its content; raises NotFound."""
    content = db.session.scalar(select(model.Paper.content).where(model.Paper.id == paper_id))
    if content is None:
        raise NotFound
    return next(paper for paper in list_papers() if paper.id == paper_id), content


def forget_paper(paper_id: int) -> None:
    """Erase one paper; raises NotFound."""
    row = db.session.scalar(select(model.Paper).where(model.Paper.id == paper_id))
    if row is None:
        raise NotFound
    db.session.delete(row)
    db.session.flush()


def needs_of(s: Situation | None, papers: tuple[PaperView, ...]) -> tuple[Need, ...]:
    """What accounting needs of the present renewal, by its route and payment method.

    Source: helpdesk.bitrix24.fr, article 17604280, read 2026-11: bought from the vendor,
    documents are in «Покупки и документы»; from a partner, with the partner.
    """
    route = s.route if s else "portal"
    partner = route == "partner"
    texts = {
        "contract": N_("from the partner, once; check that it is still in force"),
        "invoice": N_("comes from the partner") if partner else N_("in the portal: Purchases and documents"),
        "payment": N_("from your bank, on the day of the payment"),
        "closing": N_("from the partner, after the activation")
        if partner
        else N_("in the portal: Purchases and documents"),
    }
    wanted = [kind for kind in texts if kind in _wanted(s, partner=partner)]
    paid, active = (s is not None and s.paid, s is not None and is_reached(s.marks, Stage.ACTIVE))
    due = {"invoice": True, "contract": True, "payment": paid, "closing": active}
    found = {paper.kind: paper for paper in reversed(papers)}
    return tuple(Need(kind, texts[kind], found.get(kind), due[kind]) for kind in wanted)


def _wanted(s: Situation | None, *, partner: bool) -> tuple[str, ...]:
    method = s.case.method if s and s.case else ""
    methods = current_payments().methods
    by_invoice = s.invoice if s and not method else method not in methods or methods[method].invoice
    return (*(("contract",) if partner else ()), *(("invoice",) if by_invoice else ()), "payment", "closing")


Speak = Callable[[Sentence], str]


def write_archive(
    case: CaseView | None,
    terms: Iterable[Term],
    papers: Iterable[tuple[PaperView, bytes]],
    speak: Speak,
    look: TableLook,
) -> bytes:
    """The archive: papers by number, what was chosen, the history of the case, and all terms."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for number, (paper, content) in enumerate(papers, 1):
            pack.writestr(f"{number:02d}-{paper.kind}-{paper.name}", content)
        if case is not None:
            pack.writestr("choice.csv", write_choice(case, speak, look))
            pack.writestr("history.csv", write_history(case, speak, look))
        pack.writestr("terms.csv", write_terms(terms, speak, look))
    return out.getvalue()


def write_choice(case: CaseView, speak: Speak, look: TableLook) -> bytes:
    """What is renewed and how it is paid: the line that accounting looks for first."""
    titles = (
        N_("Last paid day"), N_("Plan"), N_("Period, months"), N_("How you renew"), N_("How you pay"),
        N_("Number of the invoice"), N_("Sum of the invoice"), N_("Currency"),
    )  # fmt: skip
    row = (
        case.ends_on,
        case.plan_code,
        case.period_months,
        speak(sentence(known_routes()[case.route].title)),
        speak(sentence(known_methods()[case.method].title)),
        case.invoice_number,
        case.amount,
        case.currency,
    )
    return write_table([speak(sentence(title)) for title in titles], [row], look)


def write_history(case: CaseView, speak: Speak, look: TableLook) -> bytes:
    """Every stage with its day, who marked it and when."""
    titles = (P_("renewal", "Stage"), N_("Day"), N_("Said by"), N_("Written down"), N_("Comment"))
    rows = [
        (speak(sentence(STAGE_TITLES[mark.stage])), mark.on, mark.by, mark.at, mark.note)
        for mark in case.marks
    ]
    return write_table([speak(sentence(title)) for title in titles], rows, look)


def write_terms(terms: Iterable[Term], speak: Speak, look: TableLook) -> bytes:
    """Every paid term with the source of its date."""
    titles = (N_("Term"), N_("Last paid day"), N_("Price"), N_("Currency"), N_("Said by"), N_("Written down"))
    rows = [
        (
            speak(term_name(term)),
            term.ends_on,
            term.price,
            term.currency,
            term.said_by,
            term.said_at,
        )
        for term in terms
    ]
    return write_table([speak(sentence(title)) for title in titles], rows, look)
