"""Checks the spelling of everything that is said in Russian, by hunspell and Debian's dictionary; a word of our own needs a reason.

Words that the dictionary lacks stand in tools/spelling_words.toml, in groups with a reason each. `--list` prints what is not known, a word a line.
"""

import ast
import io
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "tools" / "spelling_words.toml"
WORD = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
COMMAND = ("hunspell", "-i", "utf-8", "-d", "ru_RU", "-l")
MISSING = "hunspell with its Russian dictionary is needed: apt-get install hunspell hunspell-ru"
FILES = (
    "translations/parts/*.po",
    "listing/**/*.toml",
    "README.md",
    "docs/*.md",
    "manifest.json",
    "templates/**/*.html",
    "b24app/**/*.toml",
    "b24app/**/*.py",
    "sandbox/**/*.py",
    "sandbox/**/*.html",
    "sandbox/**/*.js",
)
"""Where Russian texts lie. Kazakh drafts are not among them."""
SIGNS = frozenset(
    {
        "b24app/bitrix24/masking.py",
        "b24app/checklist/engine/page_answers.py",
        "b24app/checklist/engine/pay_providers.py",
        "b24app/checklist/engine/pay_test_signs.py",
        "b24app/checklist/facts/site/order_pages.py",
        "b24app/renewal/label_places.py",
        "b24app/text/host_names.py",
        "b24app/text/table_cells.py",
        "listing/kazakhstan/kk.toml",
        "listing/versions/kk.toml",
        "sandbox/screen/static/slider.js",
    }
)
"""Stems by which texts of others are found: people read none of them."""
PATTERNS = "patterns"
"""The key of data files that has such stems."""


def read_file(path: Path) -> Iterator[str]:
    """The texts of a file: translations of a catalogue, strings of a program, the whole of anything else."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".po":
            yield from _translations(text)
        case ".py":
            yield from (node.value for node in ast.walk(ast.parse(text)) if _is_text(node))  # type: ignore[attr-defined]
        case ".toml":
            yield from _values(tomllib.loads(text))
        case _:
            yield text


def _translations(text: str) -> Iterator[str]:
    for message in read_po(io.BytesIO(text.encode()), locale="ru"):
        if message.id:
            yield from (message.string,) if isinstance(message.string, str) else message.string


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _values(tree: object) -> Iterator[str]:
    """The texts of a data file, at any depth."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from (text for key, value in tree.items() if key != PATTERNS for text in _values(value))
    elif isinstance(tree, list):
        yield from (text for value in tree for text in _values(value))


def words_of(text: str) -> list[str]:
    """The Russian words of a text of two letters and more: single ones are units and initials."""
    return [word for word in WORD.findall(text.replace("\u00ad", "")) if len(word) > 1]


def collect(root: Path) -> Mapping[str, str]:
    """Every Russian word with the first file that has it."""
    found: dict[str, str] = {}
    for pattern in FILES:
        for path in (one for one in sorted(root.glob(pattern)) if str(one.relative_to(root)) not in SIGNS):
            for text in read_file(path):
                for word in words_of(text):
                    found.setdefault(word, str(path.relative_to(root)))
    return found


def unknown_words(words: Iterable[str]) -> set[str]:
    """What the dictionary does not know; the check ends with a sentence where there is no dictionary."""
    if shutil.which(COMMAND[0]) is None:
        sys.exit(MISSING)
    done = subprocess.run(
        COMMAND, check=False, input="\n".join(words) + "\n", capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode or "an't open" in done.stderr:
        sys.exit(f"{MISSING}\n{done.stderr.strip()}")
    return set(done.stdout.split())


def read_own(path: Path = WORDS) -> Mapping[str, tuple[str, ...]]:
    """Our own words by group; a group says why its words are right."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: tuple(group["words"]) for name, group in groups.items() if group["reason"]}


def is_own(word: str, own: frozenset[str]) -> bool:
    """Whether a word stands in our list: a small first letter there allows a capital one, not the reverse."""
    return word in own or word.lower() in own or (word[:1].lower() + word[1:]) in own


def find_faults(root: Path, own: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Misspelt words with their files; words of ours that are out of order, that the dictionary knows or nobody says."""
    found = collect(root)
    unknown = unknown_words(sorted(found))
    listed = frozenset(word for words in own.values() for word in words)
    faults = [f"{file}: {word}" for word, file in sorted(found.items()) if _is_wrong(word, unknown, listed)]
    for name, words in own.items():
        if list(words) != sorted(set(words)):
            faults.append(f"spelling_words.toml: [{name}] is not sorted, or has a word twice")
    parts = {part for word in found for part in (word, *word.split("-"))}
    said = {form for part in parts for form in (part, part.lower(), part[:1].lower() + part[1:])}
    faults += [f"spelling_words.toml: nobody says {word!r}" for word in sorted(listed - said)]
    known = listed - unknown_words(sorted(listed))
    return faults + [f"spelling_words.toml: the dictionary knows {word!r}" for word in sorted(known)]


def _is_wrong(word: str, unknown: set[str], listed: frozenset[str]) -> bool:
    """A word of two is right when each part is, or when it stands in our list as a whole."""
    wrong = [part for part in word.split("-") if len(part) > 1 and part in unknown] or (
        [word] if word in unknown else []
    )
    return bool(wrong) and not is_own(word, listed) and not all(is_own(part, listed) for part in wrong)


def main() -> int:
    """Print every fault, or how many words are right."""
    if "--list" in sys.argv:
        found = collect(ROOT)
        print("\n".join(f"{word}\t{found.get(word, '')}" for word in sorted(unknown_words(sorted(found)))))
        return 0
    faults = find_faults(ROOT, read_own())
    print("\n".join(faults) or f"{len(collect(ROOT))} Russian words, all spelt right")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
