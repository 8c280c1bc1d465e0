"""Kinds of lines by which a restore of data is written and undone: each names its writer."""

ITEM = "crm_item"
TASK = "task"
TASK_BINDING = "task_binding"
ORDER_BINDING = "order_binding"
SHOP_ITEM = "shop_item"
MADE_FROM_COPY = (ITEM, TASK, SHOP_ITEM)
"""Lines whose objects are made anew with the rows of a copy."""
OF_DATA = frozenset({ITEM, TASK, TASK_BINDING, ORDER_BINDING, SHOP_ITEM})
