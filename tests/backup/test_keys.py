"""Public keys are taken as they are, and everything else that people paste is refused in words that do not repeat it."""

import pytest

from b24app.backup.archive.keys import (
    SecretKeyPasted,
    WrongKey,
    check_recipient,
    check_recipients,
    key_code,
    public_key_of,
    read_identity,
    throw_away_identity,
)
from b24app.errors import BadInput

KEY = throw_away_identity()
PUBLIC = public_key_of(KEY)
SECRET = str(KEY)


@pytest.mark.parametrize(
    "typed", [PUBLIC, f"  {PUBLIC}\n", PUBLIC.upper(), f"{PUBLIC[:20]} {PUBLIC[20:40]}\n{PUBLIC[40:]}"]
)
def test_a_public_key_is_taken_however_it_was_copied(typed: str) -> None:
    assert check_recipient(typed) == PUBLIC


@pytest.mark.parametrize(
    "typed", [SECRET, SECRET.lower(), f"# public key: {PUBLIC}\n{SECRET}", f"{SECRET[:30]}\n{SECRET[30:]}"]
)
def test_a_secret_key_is_refused_without_a_trace_of_it(typed: str) -> None:
    with pytest.raises(SecretKeyPasted) as refused:
        check_recipient(typed)
    assert (
        SECRET[20:30].lower()
        not in f"{refused.value!r} {vars(refused.value)} {refused.value.__cause__!r}".lower()
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Paste the public key"),
        ("ssh-ed25519 AAAAC3Nza", "begins with age1"),
        (PUBLIC[:-4], "is cut"),
        (PUBLIC + "qq", "too long"),
        (PUBLIC[:-1] + ("q" if PUBLIC[-1] != "q" else "p"), "character"),
        ("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "too long"),
    ],
)
def test_what_is_no_public_key_is_told_by_what_is_wrong(typed: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_recipient(typed)
    assert words in refused.value.message


def test_every_mistyped_character_of_a_public_key_is_found() -> None:
    for place in range(5, len(PUBLIC)):
        wrong = PUBLIC[:place] + ("q" if PUBLIC[place] != "q" else "p") + PUBLIC[place + 1 :]
        with pytest.raises(BadInput):
            check_recipient(wrong)


def test_the_second_key_may_be_empty_and_the_same_one_counts_once() -> None:
    other = public_key_of(throw_away_identity())
    assert check_recipients([PUBLIC, ""]) == (PUBLIC,)
    assert check_recipients([PUBLIC, PUBLIC]) == (PUBLIC,)
    assert check_recipients([PUBLIC, other]) == (PUBLIC, other)
    with pytest.raises(BadInput):
        check_recipients(["", " "])


def test_the_code_of_a_key_is_its_end_in_two_groups() -> None:
    code = key_code(PUBLIC)
    assert code == f"{PUBLIC[-8:-4]}-{PUBLIC[-4:]}".upper()
    assert key_code("") == ""


def test_a_secret_key_is_read_from_groups_and_a_mistyped_one_is_not_repeated() -> None:
    groups = " ".join(SECRET[at : at + 6] for at in range(0, len(SECRET), 6)).lower()
    assert public_key_of(read_identity(groups)) == PUBLIC
    wrong = SECRET[:-1] + ("Q" if SECRET[-1] != "Q" else "P")
    with pytest.raises(WrongKey) as refused:
        read_identity(wrong)
    assert wrong[20:30] not in f"{refused.value!r} {refused.value.__cause__!r}"
