"""Names with brackets and JSON, the way PHP has them."""

from typing import Any

import pytest

from sandbox.php import flatten, nest, parse_query, to_json, truthy


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[x]=1&a[y][z]=2", {"a": {"x": "1", "y": {"z": "2"}}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[0]=1&a[1]=2", {"a": ["1", "2"]}),
        ("a[1]=1&a[2]=2", {"a": {"1": "1", "2": "2"}}),
        ("a[][n]=1&a[][n]=2", {"a": [{"n": "1"}, {"n": "2"}]}),
        ("a=1&a[x]=2", {"a": {"x": "2"}}),
        ("filter%5B%3E%3DID%5D=5", {"filter": {">=ID": "5"}}),
        ("[x]=1", {"[x]": "1"}),
        ("", {}),
    ],
)
def test_reads_bracketed_names(query: str, found: dict[str, Any]) -> None:
    assert parse_query(query) == found


def test_writes_what_it_can_read() -> None:
    data = {"a": {"x": ["1", "2"], "y": True, "z": False, "n": None}, "e": {}}
    flat = flatten(data)
    assert flat == {"a[x][0]": "1", "a[x][1]": "2", "a[y]": "1", "a[z]": "0"}
    assert nest(flat.items()) == {"a": {"x": ["1", "2"], "y": "1", "z": "0"}}


@pytest.mark.parametrize(
    ("value", "truth"), [("0", False), ("", False), ([], False), ("false", True), (1, True)]
)
def test_knows_what_php_holds_for_true(value: Any, truth: bool) -> None:
    assert truthy(value) is truth


def test_escapes_quotes_but_not_backslashes_before_them() -> None:
    assert to_json({"a": "\\"}) == rb'{"a":"\\"}'
    assert to_json(['"\\']) == rb'["\u0022\\"]'
