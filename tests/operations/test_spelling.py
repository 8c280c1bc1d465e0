"""The check of Russian spelling: finds a misspelt word wherever people read it, asks a reason for a word of our own, fails without a dictionary."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from b24app.manifest import ROOT
from tools.spelling import MISSING, find_faults, read_own

PART = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Text"\nmsgstr "{text}"\n'
Tree = Callable[[str, str], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree with one file more."""

    def put(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return tmp_path

    return put


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("translations/parts/shop.po", PART.format(text="Заказы %(count)s прихадят.")),
        ("listing/russia.toml", 'slogan = "Заказы прихадят"'),
        ("README.md", "Заказы прихадят."),
        ("docs/how.md", "Заказы прихадят."),
        ("manifest.json", '{"title": {"ru": "Заказы прихадят"}}'),
        ("templates/web/about.html", "<p>Заказы прихадят</p>"),
        ("sandbox/shop/texts.py", 'TEXT = "Заказы прихадят"'),
        ("b24app/data/x.toml", '[a]\nlist = [{ text = "Заказы прихадят" }]'),
    ],
)
def test_a_misspelt_word_is_named_with_its_file(tree: Tree, name: str, text: str):
    assert find_faults(tree(name, text), {}) == [f"{name}: прихадят"]


def test_what_is_right_is_no_fault(tree: Tree):
    assert (
        find_faults(
            tree("README.md", "Срок тарифа заканчивается через 5 дней: из-за этого, по-русски говоря."), {}
        )
        == []
    )


def test_stems_that_nobody_reads_are_not_asked_about(tree: Tree):
    tree("b24app/bitrix24/masking.py", 'NAMES = ("парол",)')
    assert find_faults(tree("b24app/renewal/symptoms.toml", 'patterns = ["не звон"]'), {}) == []


def test_a_word_of_ours_may_begin_a_sentence_but_a_name_needs_its_capital(tree: Tree):
    root = tree("README.md", "Вебхук. Битрикс и битрикс, смарт-процесс.")
    assert find_faults(root, {"ours": ("Битрикс", "вебхук", "смарт")}) == ["README.md: битрикс"]


def test_the_list_holds_nothing_that_is_needless(tree: Tree):
    root = tree("README.md", "Вебхук и заказ.")
    assert find_faults(root, {"ours": ("вебхук", "бакет", "заказ")}) == [
        "spelling_words.toml: [ours] is not sorted, or has a word twice",
        "spelling_words.toml: nobody says 'бакет'",
        "spelling_words.toml: the dictionary knows 'заказ'",
    ]


def test_every_group_of_our_words_says_why():
    own = read_own()
    assert own
    assert all(words for words in own.values())


def test_without_a_dictionary_the_check_says_so_and_fails(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "tools/spelling.py"],
        cwd=ROOT, env=os.environ | {"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert MISSING in done.stderr
