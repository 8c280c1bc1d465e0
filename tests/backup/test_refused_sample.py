"""A portal that refuses to show a kind once more, or shows less: the copy ends unproven, or waits, and never hangs or passes."""

from dataclasses import replace
from typing import Any

import pytest

from b24app.backup.model import CopyState
from b24app.backup.proofs.copy_state import ProofCode
from sandbox.rest.registry import METHODS, Call, Refusal
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop

__all__ = ["settings", "shop", "storage", "whole_shop"]


@pytest.mark.parametrize("code", ["ACCESS_DENIED", "SOMETHING_NEW"])
def test_a_kind_that_is_not_shown_by_its_ids_is_named_and_the_copy_ends(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    known = METHODS["crm.activity.list"]

    def refuse(call: Call) -> Any:
        if "@" in str(call.get("filter")):
            raise Refusal(code, "Not by ids")
        return known.answer(call)

    monkeypatch.setitem(METHODS, "crm.activity.list", replace(known, answer=refuse))
    copy = shop.copies()
    sample = copy.proofs[ProofCode.SAMPLE]
    assert (copy.state, sample["passed"], sample["refused"]) == (CopyState.UNPROVEN, False, ["activity"])
    assert "refuses to show" in sample["problem"]


def test_rights_that_are_lost_before_the_proofs_let_the_copy_wait(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = METHODS["crm.item.list"]

    def lose(call: Call) -> Any:
        if "@" in str(call.get("filter")):
            shop.portal.admin.admin = False
            shop.portal.withhold_right(shop.portal.admin, "crm_read")
        return known.answer(call)

    monkeypatch.setitem(METHODS, "crm.item.list", replace(known, answer=lose))
    copy = shop.copies()
    assert (copy.state, ProofCode.SAMPLE in copy.proofs) == (CopyState.PROVING, False)
    assert "not an administrator" in copy.error
