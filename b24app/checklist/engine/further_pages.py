"""Lists longer than their first page: the other pages are asked for with the second phase, and all are read as one list."""

from collections.abc import Mapping
from dataclasses import replace

from b24app.bitrix24.list_methods import PAGE
from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import Asking, FactSpec
from b24app.json_values import Json, is_array, is_object

MOST_PAGES = 10
"""Beyond the first. A list with more rows than that is recognised by its total."""


def further_pages(spec: FactSpec, answers: Mapping[str, Answer]) -> FactSpec | None:
    """The same fact over its whole list; None when the first page was all of it, or when the fact is no list of one call."""
    first = answers.get("")
    if spec.second or not spec.is_list or first is None or first.total is None or first.total <= PAGE:
        return None
    offsets = range(PAGE, min(first.total, PAGE * (MOST_PAGES + 1)), PAGE)

    def calls(asking: Asking) -> dict[str, Command]:
        (command,) = spec.calls(asking).values()
        return {str(at): replace(command, params={**command.params, "start": at}) for at in offsets}

    def read(pages: Mapping[str, Answer], asking: Asking) -> object:
        result = first.result
        for at in offsets:
            result = joined(result, pages[str(at)].result)
        return spec.read({"": replace(first, result=result)}, asking)

    return replace(spec, second=True, calls=calls, read=read, means={})


def joined(one: Json, other: Json) -> Json:
    """Two pages as one: bare lists, lists under their key, or rows by their ids."""
    if is_array(one) and is_array(other):
        return [*one, *other]
    if is_object(one) and is_object(other):
        return {
            **one,
            **{key: joined(one[key], value) if key in one else value for key, value in other.items()},
        }
    return one
