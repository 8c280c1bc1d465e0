"""Writes docs/admission.md, the 55 requirements of the marketplace with their evidence, from listing/admission.toml; --check only compares.

A row is `met` (a test, a page or a file shows it), `card` (only the vendor's card or whoever runs the application can do it; what we
prepare for it is named) or `open` (not met, with the reason). Evidence is `path::test`, a path of the tree, or `page:/address`.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE, PAGE = ROOT / "listing" / "admission.toml", ROOT / "docs" / "admission.md"
STATES = {"met": "выполнено", "card": "в карточке или у оператора", "open": "не выполнено"}
HEAD = """# Требования маркетплейса

**Кратко.** {total} требований модератора, по одному в строке, и чем каждое подтверждено. Выполнено: {met}; зависит от карточки или от того, кто
держит приложение, и подготовлено: {card}; не выполнено: {open}. Страница собрана из `listing/admission.toml` командой
`python tools/admission.py`; тест проверяет, что каждый названный файл, тест и адрес существует.

What the vendor's reviewers ask, row by row, and what shows it here. «Выполнено» means that a test, a page or a file of this tree shows it; «в карточке» means
that only the vendor's card or whoever runs the application can do it, and what is prepared for that is named; «не выполнено» says why.
Sources: CR common-requirements, PR publication-requirements, CL checklist, HA how-to-add-app, FAQ, SEC security-recommendations of the vendor's
documentation, read in November 2026.
"""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the reviewers; `evidence` as the module says."""

    number: int
    group: str
    asks: str
    source: str
    state: str
    evidence: tuple[str, ...] = ()
    remark: str = ""


def read_requirements(path: Path = TABLE) -> tuple[Requirement, ...]:
    """The rows in their order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["row"]
    return tuple(Requirement(**{**row, "evidence": tuple(row.get("evidence", ()))}) for row in rows)


def count_states(rows: tuple[Requirement, ...]) -> Mapping[str, int]:
    """How many rows are in each state, none left out."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in STATES}


def draw(rows: tuple[Requirement, ...]) -> str:
    """The whole page."""
    lines, group = [HEAD.format(total=len(rows), **count_states(rows))], ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(
                f"\n## {group}\n\n| № | требование | источник | состояние | чем подтверждено |\n|--:|---|---|---|---|"
            )
        shown = [_name(one) for one in row.evidence] + ([row.remark] if row.remark else [])
        lines.append(
            f"| {row.number} | {row.asks} | {row.source} | {STATES[row.state]} | {'<br>'.join(shown)} |"
        )
    return "\n".join(lines) + "\n"


def _name(evidence: str) -> str:
    return f"`{evidence.removeprefix('page:')}`"


def main() -> None:
    """Write the page, or compare it with the table."""
    page = draw(read_requirements())
    if "--check" not in sys.argv:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        sys.exit("docs/admission.md is out of date: python tools/admission.py")


if __name__ == "__main__":
    main()
