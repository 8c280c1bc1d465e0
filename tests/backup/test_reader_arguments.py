"""The command line of the reader in both languages: what is typed wrongly is told in words of the one that was asked for."""

import pytest

from b24app.backup.reader.arguments import ACTIONS, asked_language, build_parser
from b24app.backup.reader.command import run
from b24app.backup.reader.reader_words import Voice

WRONG = [
    ([], "не хватает: ДЕЙСТВИЕ", "the following arguments are required: ACTION"),
    (["export"], "не хватает: МЕСТО, --to", "the following arguments are required: PLACE, --to"),
    (["lists", "x"], "параметр ДЕЙСТВИЕ: нет такого значения: 'lists'", "argument ACTION: invalid choice: 'lists'"),
    (["export", "x", "--to"], "параметр --to: не хватает значения", "argument --to: expected one argument"),
    (["list", "--copy", "x"], "не хватает: МЕСТО", "the following arguments are required: PLACE"),
    (["list", "x", "--to", "y"], "неизвестные параметры: --to", "unrecognized arguments: --to"),
    (["export", "x", "--to", "y", "--replace=1"], "значение '1' здесь не нужно", "ignored explicit argument '1'"),
    (["verify", "x", "--key-file", "y", "--p"], "параметр --portal: не хватает значения", "argument --portal: expected one"),
    (["export", "x", "--ke", "y"], "параметр --ke можно понять по-разному", "ambiguous option: --ke could match"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "russian", "english"), WRONG)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_typed_wrongly_is_said_in_the_language_that_was_asked_for(
    capsys: pytest.CaptureFixture[str], typed: list[str], russian: str, english: str, language: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--language", language, *typed])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    words = {"ru": (russian, "использование: "), "en": (english, "usage: ")}[language]
    assert all(one in told.err for one in words)
    if language == "ru":
        assert "error" not in told.err


@pytest.mark.parametrize("action", ["", *ACTIONS])
def test_the_help_is_in_russian_whole(capsys: pytest.CaptureFixture[str], action: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--language", "ru", *filter(None, [action]), "--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert told.startswith("использование: ")
    for words in ("show this", "positional", "usage", "optional arguments", "folder", "copy of"):
        assert words not in told
    assert all(one in told for one in ACTIONS) or action


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["--language", "ru", "list", "x"], "ru"), (["list", "x", "--language=en"], "en"), (["--lang", "ru"], "ru"),
        (["list", "--language"], ""), (["--language", "de"], ""), (["list", "--", "x"], ""), ([], ""),
    ],
)  # fmt: skip
def test_the_language_is_known_before_the_rest_is_read(arguments: list[str], language: str) -> None:
    assert asked_language(arguments) == language


def test_an_error_without_words_of_ours_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser(Voice("ru")).error("something of a later Python")
    assert "ошибка: команда не разобрана (something of a later Python)" in capsys.readouterr().err
