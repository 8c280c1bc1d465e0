"""Writes the figures of docs/evaluation.md and docs/evaluation.en.md from the code; with --check only says whether they are true."""

import re
import sys
from pathlib import Path

from b24app.backup.restore.writer import load_writers
from b24app.checklist.engine.check import load_checks
from b24app.checklist.questions.question import load_questions
from b24app.comparison.resource import load_resources
from b24app.manifest import read_manifest
from b24app.reminders.channels import load_channels
from b24app.reminders.kinds import load_kinds

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = {"ru": ROOT / "docs" / "evaluation.md", "en": ROOT / "docs" / "evaluation.en.md"}
BLOCK = re.compile(r"(<!-- figures: [^>]*-->\n).*?(<!-- end of figures -->)", re.DOTALL)
WORDS = {
    "checks": ("Проверок магазина", "Checks of the shop"),
    "questions": ("Вопросов, на которые ответит только человек", "Questions that only a person can answer"),
    "resources": ("Видов настроек, которые сравниваем", "Kinds of settings that are compared"),
    "writers": ("Видов данных, которые умеем вернуть", "Kinds of data that can be put back"),
    "reminders": ("Напоминаний, способов их доставки", "Reminders, ways to deliver them"),
    "scopes": ("Прав просит карточка Маркетплейса", "Permissions that the Marketplace card asks for"),
    "tests": ("Тестовых функций, больше чем", "Test functions, more than"),
}


def count() -> dict[str, str]:
    """Every figure by its name, as the code has it."""
    return {
        "checks": str(len(load_checks())),
        "questions": str(len(load_questions())),
        "resources": str(len(load_resources())),
        "writers": str(len(load_writers())),
        "reminders": f"{len(load_kinds())}, {len(load_channels())}",
        "scopes": str(len(read_manifest("market").scopes)),
        "tests": str(count_tests() // 1000 * 1000),
    }


def count_tests() -> int:
    """How many functions are tests."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return sum(len(re.findall(r"^\s*def test_", text, re.MULTILINE)) for text in texts)


def write(language: str, figures: dict[str, str]) -> str:
    """A document with these figures in its block."""
    place = 0 if language == "ru" else 1
    rows = [f"| {WORDS[name][place]} | {figure} |" for name, figure in figures.items()]
    table = "\n".join(["| | |", "|---|--:|", *rows])
    text = DOCUMENTS[language].read_text(encoding="utf-8")
    return BLOCK.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def main() -> None:
    """Renew both documents, or end with the name of one that is not true."""
    figures = count()
    for language, path in DOCUMENTS.items():
        text = write(language, figures)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif text != path.read_text(encoding="utf-8"):
            sys.exit(f"{path.name} is not what the code says: python tools/evaluation_figures.py")
    print(", ".join(f"{name} {figure}" for name, figure in figures.items()))


if __name__ == "__main__":
    main()
