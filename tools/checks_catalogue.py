"""Writes docs/checks.md from the registry of checks and questions; --check only compares."""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from b24app.checklist.engine.check import AREA_TITLES, Area, CheckSpec, CheckTime, Severity, load_checks  # noqa: E402  # noqa: E402
from b24app.checklist.engine.fact import load_facts  # noqa: E402
from b24app.checklist.questions.question import Question, load_questions  # noqa: E402
from tools.translations import read_known  # noqa: E402

PAGE = ROOT / "docs" / "checks.md"
HEAD = """# Проверки

Страница собрана из кода: `python tools/checks_catalogue.py`. Руками её не правят.

Проверка — один файл в `b24app/checklist/checks/`, факт — один файл в `b24app/checklist/facts/`. Факты спрашивают тремя
пакетными запросами, самое большее четырьмя; чего портал не сказал, то «не проверено» и никогда не «пройдено».

Всего проверок: {checks}, вопросов человеку: {questions}, фактов: {facts}.
"""
STAGES = {CheckTime.BEFORE: "до продления", CheckTime.AFTER: "после активации", CheckTime.BOTH: "до и после"}
SEVERITIES = {
    Severity.ORDERS: "теряются заказы",
    Severity.WORK: "встаёт работа",
    Severity.NOTE: "полезно знать",
}


class Russian:
    """Texts of the checks in Russian."""

    def __init__(self) -> None:
        self.known = read_known("ru")

    def say(self, message: str) -> str:
        """Translate a text, or leave it as it is."""
        found = self.known.get(message)
        return str(found.string).replace("\u00a0", " ") if found and found.string else message


def catalogue() -> str:
    """The whole page."""
    russian = Russian()
    checks, facts = load_checks(), load_facts()
    head = HEAD.format(checks=len(checks), questions=len(load_questions()), facts=len(facts))
    parts = [head]
    for area in Area:
        parts.append(f"## {russian.say(AREA_TITLES[area])}\n")
        parts += [_check(spec, russian) for spec in checks.values() if spec.area is area]
        parts += [
            _question(question, russian) for question in load_questions().values() if question.area is area
        ]
    return "\n".join(parts)


def _check(spec: CheckSpec, russian: Russian) -> str:
    lines = [
        f"### {russian.say(spec.title)}\n",
        f"`{spec.code}` · {STAGES[spec.stage]} · {SEVERITIES[spec.severity]}\n",
        f"- Почему важно: {russian.say(spec.why)}",
        f"- Что сделать: {russian.say(spec.remedy)}",
        f"- Где: {russian.say(spec.place)}" if spec.place else "",
        f"- На чём держится: {', '.join(_methods(spec))}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _methods(spec: CheckSpec) -> Iterator[str]:
    facts = load_facts()
    for name in (*spec.facts, *spec.optional):
        fact = facts.get(name)
        source = ", ".join(fact.methods) if fact else "то, что знаем сами"
        yield f"`{name}` ({source})"


def _question(question: Question, russian: Russian) -> str:
    return "\n".join(
        [
            f"### {russian.say(question.title)}\n",
            f"`{question.code}` · спрашиваем человека · ответ действует {question.valid_days} дней\n",
            f"- Как узнать: {russian.say(question.how)}",
            f"- Почему важно: {russian.say(question.why)}",
            f"- Что сделать: {russian.say(question.remedy)}",
            "",
        ]
    )


def main() -> int:
    """Write the page, or say that it is stale."""
    text = catalogue()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if stale:
        print("docs/checks.md is stale: run python tools/checks_catalogue.py")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
