"""Mass losses in words: what is lost as a list, as one line, and in which column."""

from collections.abc import Iterator, Mapping, Sequence

from b24app.backup.entities.entity import PortalShape, Tier, entities_of
from b24app.backup.proofs.loss_words import column_name
from b24app.backup.proofs.open_losses import WHOLE_TYPE, LossKind, LossView
from b24app.text.messages import N_, NN_, Sentence, sentence

COUNTED: Mapping[str, tuple[str, str]] = {
    "lead": NN_("%(count)s lead", "%(count)s leads"),
    "deal": NN_("%(count)s deal", "%(count)s deals"),
    "contact": NN_("%(count)s contact", "%(count)s contacts"),
    "company": NN_("%(count)s company", "%(count)s companies"),
    "quote": NN_("%(count)s quote", "%(count)s quotes"),
    "invoice": NN_("%(count)s invoice", "%(count)s invoices"),
    "order": NN_("%(count)s order", "%(count)s orders"),
    "product": NN_("%(count)s product", "%(count)s products"),
    "sku": NN_("%(count)s offer", "%(count)s offers"),
    "task": NN_("%(count)s task", "%(count)s tasks"),
}
OTHERS = NN_("%(count)s record of “%(kind)s”", "%(count)s records of “%(kind)s”")
MOST = 3


def gone_words(losses: Sequence[LossView]) -> Sentence:
    """«Пропали: воронка «Повторные заказы», 512 сделок»; pipelines first, then what is most."""
    parts = [one_gone(loss) for loss in sorted_losses(losses)]
    if len(parts) > MOST:
        rest = sentence(N_("%(count)s more"), count=len(parts) - MOST)
        parts = [*parts[:MOST], rest]
    return sentence(N_("Gone: %(what)s"), what=tuple(parts))


def sorted_losses(losses: Sequence[LossView]) -> list[LossView]:
    """Pipelines, then items, then columns; the larger first."""
    order = [LossKind.PIPELINE, LossKind.ITEMS, LossKind.COLUMN]
    return sorted(losses, key=lambda loss: (order.index(loss.kind), -loss.lost))


def one_gone(loss: LossView) -> Sentence:
    """«воронка «Повторные заказы»», «512 сделок», «поле «Телефон» (300 контактов)»."""
    match loss.kind:
        case LossKind.PIPELINE if loss.key == WHOLE_TYPE:
            return sentence(N_("the smart process “%(name)s”"), name=loss.name or loss.entity)
        case LossKind.PIPELINE:
            return sentence(N_("the pipeline “%(name)s”"), name=loss.name or loss.key)
        case LossKind.COLUMN if loss.entity in COUNTED:
            what = counted(loss.entity, loss.lost)
            return sentence(N_("the field “%(name)s” (%(what)s)"), name=column_name(loss), what=what)
        case LossKind.COLUMN:
            text = NN_(
                "the field “%(name)s” of %(count)s record", "the field “%(name)s” of %(count)s records"
            )
            return sentence(text, name=column_name(loss), count=loss.lost)
    return counted(loss.entity, loss.lost, loss.name)


def counted(entity: str, count: int, name: str = "") -> Sentence:
    """«512 сделок», «12 записей «Договоры»»."""
    if entity in COUNTED:
        return sentence(COUNTED[entity], count=count)
    return sentence(OTHERS, count=count, kind=sentence(name or next(_titles(entity), entity)))


def _titles(entity: str) -> Iterator[str]:
    shape = PortalShape(frozenset())
    yield from (one.title for one in entities_of(shape, Tier.DATA) if one.code == entity)


def share_of(loss: LossView) -> float:
    """How much of the kind is lost, in per cent."""
    return 100 * loss.lost / loss.before if loss.before else 0.0
