"""Counts the files that a click on our item of the left menu passes until the overview is drawn, on a warm application.

A file of b24app is passed when a function of it is entered between the portal's POST and our answer, type adapters of
columns and lambdas included; what only the start of the application runs is not. Templates are counted apart.
"""

import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from b24app.manifest import ROOT
from bench.pages import furnished

WARM = 2


def passed_by_a_click() -> tuple[set[Path], set[Path]]:
    """Files of b24app and templates that one opening passes."""
    seen: set[str] = set()

    def note(frame: FrameType, _event: str, _value: object) -> None:
        seen.add(frame.f_code.co_filename)

    with furnished() as (_world, actor, work):
        work()
        for _ in range(WARM):
            actor.opens()
        post = actor.portal.opens(user=actor.portal.admin, lang="ru")
        sys.setprofile(note)
        try:
            answer = actor.client.post(post.url, data=post.form)
        finally:
            sys.setprofile(None)
        assert "/renewal" in answer.text
    files = {Path(name) for name in seen}
    return tuple(
        {p.relative_to(ROOT) for p in files if p.is_relative_to(ROOT / room)}
        for room in ("b24app", "templates")
    )


def main() -> None:
    """Print the numbers, and the files of each room."""
    files, templates = passed_by_a_click()
    print(f"a click on the left menu until the overview: {len(files)} files, {len(templates)} templates")
    rooms = Counter(path.parts[1] for path in files)
    print(", ".join(f"{room} {count}" for room, count in sorted(rooms.items())))


if __name__ == "__main__":
    main()
