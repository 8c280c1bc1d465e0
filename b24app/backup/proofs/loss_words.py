"""Losses in words: what was lost, and how long it can be recovered."""

from collections.abc import Iterator, Mapping
from datetime import date

from b24app.backup.proofs.custom_fields import is_custom_field
from b24app.backup.proofs.loss_rules import goes_to_bin
from b24app.backup.proofs.open_losses import WHOLE_TYPE, LossKind, LossView
from b24app.text.messages import N_, Sentence, sentence

KIND_TITLES: Mapping[str, str] = {
    "lead": N_("Leads"),
    "deal": N_("Deals"),
    "contact": N_("Contacts"),
    "company": N_("Companies"),
    "quote": N_("Quotes"),
    "invoice": N_("Invoices"),
    "order": N_("Orders"),
    "product": N_("Products"),
    "sku": N_("Products with variants"),
    "offer": N_("Variants of products"),
    "service": N_("Services"),
    "task": N_("Tasks"),
}


def kind_name(loss: LossView) -> Sentence:
    """The kind of objects of a loss; a smart process by its own name."""
    if loss.entity in KIND_TITLES:
        return sentence(KIND_TITLES[loss.entity])
    own = loss.name if loss.kind is LossKind.ITEMS and loss.name else loss.entity
    return sentence("%(name)s", name=own)


def column_name(loss: LossView) -> Sentence | str:
    """The title of an emptied column; for a custom field the name that people gave it."""
    return loss.name if is_custom_field(loss.key) and loss.name else sentence(loss.name or loss.key)


def loss_subject(loss: LossView, portal: str) -> Sentence:
    """The subject of the message."""
    return sentence(N_("%(portal)s: %(what)s"), portal=portal, what=loss_title(loss))


def loss_title(loss: LossView) -> Sentence:
    """What was lost, in a few words."""
    kind = kind_name(loss)
    if loss.kind is LossKind.PIPELINE and loss.key == WHOLE_TYPE:
        return sentence(N_("a smart process is gone: %(name)s"), name=loss.name)
    if loss.kind is LossKind.PIPELINE:
        return sentence(N_("a pipeline is gone: %(name)s"), name=loss.name)
    if loss.kind is LossKind.COLUMN:
        text = N_("the field “%(column)s” was emptied, %(kind)s: %(count)s")
        return sentence(text, column=column_name(loss), kind=kind, count=loss.lost)
    return sentence(N_("items are gone, %(kind)s: %(count)s"), kind=kind, count=loss.lost)


def describe_loss(loss: LossView) -> Sentence:
    """How many of how many, and when all of it was still there."""
    return sentence(
        N_("Gone at once: %(what)s. Before it there were %(before)s, all still there on %(since)s."),
        what=loss_title(loss),
        before=loss.before,
        since=loss.since,
    )


def loss_clocks_line(loss: LossView, today: date) -> Iterator[Sentence]:
    """How long the recycle bin and the vendor's support can still help; the bin of CRM keeps only items of CRM."""
    if loss.kind is LossKind.ITEMS and goes_to_bin(loss.entity) and today <= loss.clocks.bin_until:
        text = N_(
            "The recycle bin keeps what was deleted until %(day)s: restore from it first, numbers and dates stay."
        )
        if loss.clocks.cut_by_grace:
            text = N_(
                "Restore from the recycle bin until %(day)s: on a plan that has lapsed nothing comes back from it."
            )
        yield sentence(text, day=loss.clocks.bin_until)
    if today <= loss.clocks.support_until:
        text = N_(
            "Bitrix24 support keeps its own copy about a week: ask until %(day)s, it puts the whole portal back."
        )
        yield sentence(text, day=loss.clocks.support_until)
