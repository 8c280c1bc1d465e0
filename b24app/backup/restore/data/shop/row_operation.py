"""An operation on a row of the shop; only numbers and names are kept in it, bodies stay in the copy."""

from b24app.backup.restore.data.line_kinds import SHOP_ITEM
from b24app.backup.restore.data.shop.row_types import ShopType
from b24app.backup.restore.plan import Action, Operation
from b24app.text.messages import NOTHING, Sentence, sentence


def operation(kind: ShopType, number: str, name: str, action: Action, why: Sentence = NOTHING) -> Operation:
    """One write of a kind."""
    return Operation(0, SHOP_ITEM, kind.entity, number, name, action, title=kind.family.title, why=why)


def cannot(kind: ShopType, number: str, name: str, why: str) -> Operation:
    """What is not put back, and why."""
    return operation(kind, number, name, Action.CANNOT, sentence(why))
