"""The copy in «How to put back»: which one still holds the data of a line, whether it is verified, how old it is, and the link to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint

from b24app.backup.proofs.copy_state import CopyStanding, standing
from b24app.comparison.compare import Change, Difference
from b24app.pages.copy.alarm_view import CopyBefore, copy_before
from b24app.pages.copy.loss_ways import CopyPlace
from b24app.services import services
from b24app.text.messages import N_, NN_, Sentence, sentence

blueprint = Blueprint("copy_of_line", __name__)
RECORDS: Mapping[str, str] = {
    "leads": "lead",
    "deals": "deal",
    "contacts": "contact",
    "companies": "company",
    "invoices": "invoice",
    "quotes": "quote",
    "orders": "order",
}
"""By key of the counts of records: the kind of data in the copy."""
GOODS: Mapping[str, str] = {
    "products": "product",
    "offers": "offer",
    "prices": "product",
    "base_prices": "product",
    "zero_prices": "product",
}
"""By field of the catalogue in numbers; an object that is only switched off, or counted by stores, comes from no copy."""
SMART = "smart:"
NO_COPY = N_("No copy was made while it was still there")
GIVEN_UP = N_("Copy of %(day)s, in a storage that was given up")
WITH_READER = N_("It opens with your key and the program that reads copies without us")
NOT_VERIFIED = N_("Copy of %(day)s, not verified")
AGE = NN_(
    "It is %(count)s day old: what came after it is not in it.",
    "It is %(count)s days old: what came after it is not in it.",
)


@dataclass(frozen=True, slots=True)
class CopyOfLine:
    """A copy by its day and state, with notes on it, and the page that it is put back from; empty without a page."""

    title: Sentence
    notes: tuple[Sentence, ...]
    url: str


@blueprint.app_template_filter("copy_of_line")
def copy_of_line(change: Change, before: datetime) -> CopyOfLine | None:
    """The copy that was read while all was as before; None for a line that no copy brings back."""
    entity = entity_of(change)
    if not entity:
        return None
    now, found = services().clock.now(), copy_before(before)
    if found is None:
        return CopyOfLine(sentence(NO_COPY), (), "")
    if found.place is CopyPlace.GIVEN_UP:
        return CopyOfLine(sentence(GIVEN_UP, day=found.made_at), (sentence(WITH_READER),), "")
    known = standing(now)
    notes = tuple(_notes(found, known, now))
    return CopyOfLine(_title(found, known), notes, f"/restore/copy?copy={found.id}&entity={entity}")


def entity_of(change: Change) -> str:
    """The kind of data of which a copy brings a line back; empty where copies hold none of it."""
    if change.difference not in {Difference.LOST, Difference.ALTERED}:
        return ""
    match change.kind.code:
        case "crm_total" if change.key.startswith(SMART):
            return f"item_{change.key.removeprefix(SMART)}"
        case "crm_total":
            return RECORDS.get(change.key, "")
        case "catalogue_total":
            return next((GOODS[one.field] for one in change.fields if one.field in GOODS), "")
        case "catalog":
            return "product"
    return ""


def _title(found: CopyBefore, known: CopyStanding) -> Sentence:
    if not _is_verified(found, known):
        return sentence(NOT_VERIFIED, day=found.made_at)
    if found.without:
        text = N_("Copy of %(day)s, verified, without: %(without)s")
        return sentence(text, day=found.made_at, without=found.without)
    return sentence(N_("Copy of %(day)s, verified"), day=found.made_at)


def _is_verified(found: CopyBefore, known: CopyStanding) -> bool:
    """Whether it is verified: the newest by its present standing, an older one by the judgement when it was made."""
    return known.verified if _is_newest(found, known) else found.verified


def _is_newest(found: CopyBefore, known: CopyStanding) -> bool:
    return known.copy is not None and known.copy.id == found.id


def _notes(found: CopyBefore, known: CopyStanding, now: datetime) -> Iterator[Sentence]:
    if _is_newest(found, known) and known.missing and known.missing[0].problem:
        yield sentence(known.missing[0].problem)
    yield from age_note(found.made_at, now)


def age_note(made_at: datetime, now: datetime) -> Iterator[Sentence]:
    """The note on a copy that is a day old or older; nothing where a clock that was put back makes it younger than new."""
    if (days := (now - made_at).days) > 0:
        yield sentence(AGE, count=days)
