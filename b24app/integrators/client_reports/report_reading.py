"""Puts the report of a client together from what is stored of its portal, as far as the rights reach; no portal is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from b24app.clock import holds_still
from b24app.database import db, portal_scope
from b24app.integrators.audit import Deed
from b24app.integrators.client_reports.checks_part import ChecksPart, moments_of, read_checks_part
from b24app.integrators.client_reports.model import ReportKind
from b24app.integrators.client_reports.report_content import (
    OWN,
    Attention,
    ReportContent,
    SheetDecision,
    SheetLine,
    SheetNumber,
    SheetTerm,
    without_sums,
)
from b24app.integrators.client_reports.report_speech import Speech
from b24app.integrators.client_reports.terms_part import RenewalPart, read_terms_part
from b24app.integrators.model import ConsentAudit
from b24app.integrators.rights import Right, in_order
from b24app.portals.availability import get_availability
from b24app.portals.model import Portal
from b24app.text.messages import N_, NN_, sentence
from b24app.text.translation import nearest_language

MOST_DECISIONS = 6
DEEDS = NN_("deed of ours in your portal", "deeds of ours in your portal")


@dataclass(frozen=True, slots=True)
class AskedReport:
    """What a report is made for: whose, under which consent and rights, about which days."""

    client: Portal
    name: str
    consent_code: str
    rights: frozenset[Right]
    kind: ReportKind
    first: date
    last: date


def read_report(asked: AskedReport, now: datetime) -> tuple[ReportContent, str]:
    """The report as of now, and the facts that show later that it is out of date."""
    language, zone = nearest_language(asked.client.language), asked.client.time_zone
    speech = Speech(language, zone, asked.first, asked.last)
    with portal_scope(asked.client.id):
        checks = read_checks_part(speech) if Right.CHECKS in asked.rights else None
        today = speech.day_of(now)
        terms = read_terms_part(speech, now, today) if Right.TERMS in asked.rights else None
        content = ReportContent(
            client=asked.name,
            language=language,
            zone=zone,
            period=_period(speech, asked.kind),
            title=_title(speech, asked.kind, checks, terms),
            lead=tuple(_lead(speech, checks, terms)),
            made_at=now,
            made_on=today,
            checked_at=checks.checked_at if checks else None,
            rights=tuple(str(right) for right in in_order(asked.rights)),
            well=checks.well if checks else (),
            counts=(*(checks.counts if checks else ()), _deeds(speech, asked)),
            done=_done(checks, terms),
            terms=_terms(terms, papers=Right.PAPERS in asked.rights),
            term_notes=terms.notes if terms else (),
            decisions=_decisions(checks, terms),
            attention=tuple(_attention(checks, terms, now)),
        )
    return content, basis_of(
        terms.basis if terms else (), checks.blocks if checks and checks.checked_at else None
    )


def _terms(found: RenewalPart | None, *, papers: bool) -> tuple[SheetTerm, ...]:
    terms = found.terms if found else ()
    return terms if papers else without_sums(terms)


def basis_of(terms: tuple[str, ...], blockers: int | None) -> str:
    """The facts of a report in one line; those of the client's summary are written in the same form."""
    return "|".join((*terms, "" if blockers is None else str(blockers)))[:200]


def _period(speech: Speech, kind: ReportKind) -> str:
    if kind is ReportKind.MONTH:
        return speech.say(sentence(N_("report for %(month)s"), month=speech.month()))
    if kind is ReportKind.RENEWAL:
        return speech.say(sentence(N_("report after the renewal, %(day)s"), day=speech.last))
    return speech.say(sentence(N_("report of %(day)s"), day=speech.last))


def _title(
    speech: Speech, kind: ReportKind, checks: ChecksPart | None, terms: RenewalPart | None
) -> SheetLine:
    """The one sentence of the report: what blocks, else what was found or is paid."""
    if checks and checks.blocking:
        first, more = checks.blocking[0].title, checks.blocks - 1
        if not more:
            return SheetLine(first, Right.CHECKS)
        words = NN_(
            "%(first)s, and %(count)s more thing blocks", "%(first)s, and %(count)s more things block"
        )
        return speech.tell(Right.CHECKS, words, first=first, count=more)
    if kind is ReportKind.RENEWAL:
        return speech.tell(Right.TERMS, N_("The renewal is done, the shop was checked after it"))
    if checks and checks.checked_at:
        words_of_day = N_("Nothing blocks the shop by the checks of %(day)s")
        return speech.tell(Right.CHECKS, words_of_day, day=checks.checked_at)
    if checks:
        return speech.tell(Right.CHECKS, N_("The shop has not been checked yet"))
    return terms.lead if terms else SheetLine("", OWN)


def _lead(speech: Speech, checks: ChecksPart | None, terms: RenewalPart | None) -> Iterator[SheetLine]:
    if terms and checks:  # without checks it is the title already
        yield terms.lead
    decisions = _decisions(checks, terms)
    if decisions:
        words = NN_("%(count)s decision is yours.", "%(count)s decisions are yours.")
        rights = " ".join(sorted({one.right for one in decisions}))  # the count holds with all of them alone
        yield speech.tell(rights, words, count=len(decisions))


def _done(checks: ChecksPart | None, terms: RenewalPart | None) -> tuple[SheetLine, ...]:
    lines = [*(checks.done if checks else ()), *(terms.done if terms else ())]
    return tuple(sorted(lines, key=lambda one: one.day or date.min))


def _decisions(checks: ChecksPart | None, terms: RenewalPart | None) -> tuple[SheetDecision, ...]:
    step = (terms.decision,) if terms and terms.decision else ()
    return (*(checks.blocking if checks else ()), *step)[:MOST_DECISIONS]


def _deeds(speech: Speech, asked: AskedReport) -> SheetNumber:
    """What the integrator did in the days of the report by this consent, by the client's own journal."""
    begins, ends = moments_of(speech)
    acted = (
        ConsentAudit.consent_code == asked.consent_code,
        ConsentAudit.action == Deed.ACTED,
        ConsentAudit.refused.is_(False),
        ConsentAudit.detail.not_like("/reports%"),
        ConsentAudit.at >= begins,
        ConsentAudit.at < ends,
    )
    number = db.session.scalar(select(func.count(ConsentAudit.id)).where(*acted)) or 0
    return SheetNumber(number, speech.say(sentence(DEEDS, count=number)), OWN)


def _attention(checks: ChecksPart | None, terms: RenewalPart | None, now: datetime) -> Iterator[Attention]:
    """Why a person has to read it first."""
    found = get_availability()
    if found.access_lost_at is not None or found.refused or found.silent:
        yield Attention.SILENT
    if checks and checks.blocks:
        yield Attention.BLOCKS
    if checks and (checks.checked_at is None or not holds_still(checks.checked_at, now)):
        yield Attention.UNCHECKED
    if terms and terms.over:
        yield Attention.LAPSED
    if terms and terms.end is None:
        yield Attention.UNDATED
