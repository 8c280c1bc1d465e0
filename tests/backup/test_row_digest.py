"""Equal rows have one digest; what the portal moves by itself does not count, everything else does."""

from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.proofs.row_digest import row_digest

DEAL = {"id": 7, "title": "Заказ", "opportunity": 1200.5, "contactIds": [3, 5], "ufCrm_1": None}
names = st.text("abcdefghij_", min_size=1, max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
rows = st.dictionaries(names, values, max_size=8)


@given(rows)
def test_the_order_of_fields_does_not_matter(row):
    assert row_digest(row) == row_digest(dict(reversed(row.items())))


@given(rows, st.text(max_size=5))
def test_one_changed_field_is_seen(row, text):
    changed = {**row, "title": text}
    other = {**row, "title": f"{text}."}
    assert row_digest(changed) != row_digest(other)


def test_a_field_more_is_a_difference():
    assert row_digest(DEAL) != row_digest({**DEAL, "comments": None})


def test_a_number_is_no_text():
    assert row_digest({"id": 7}) != row_digest({"id": "7"})


def test_the_token_in_the_address_of_a_file_does_not_count_but_the_file_does():
    def with_file(number: int, token: str):
        return {
            **DEAL,
            "ufCrm_2": {"id": number, "url": f"/f?auth={token}", "urlMachine": f"https://n/f?auth={token}"},
        }

    assert row_digest(with_file(4, "a")) == row_digest(with_file(4, "b"))
    assert row_digest(with_file(4, "a")) != row_digest(with_file(5, "a"))


def test_an_address_that_a_person_typed_counts():
    assert row_digest({**DEAL, "url": "https://a"}) != row_digest({**DEAL, "url": "https://b"})


def test_the_time_of_the_last_activity_moves_by_itself():
    assert row_digest({**DEAL, "lastActivityTime": "1"}) == row_digest({**DEAL, "lastActivityTime": "2"})
    assert row_digest({**DEAL, "updatedTime": "1"}) != row_digest({**DEAL, "updatedTime": "2"})


def test_half_a_character_is_digested_too():
    assert row_digest({"title": "\ud83d"}) != row_digest({"title": "\ud83e"})
