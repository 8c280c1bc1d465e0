"""The story of one renewal: turns in their order, which of them are done, and how a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.portal import Portal
from sandbox.scenario.fields import Field, Verb, WrongValue
from sandbox.scenario.story_texts import STORY
from sandbox.scenario.story_turns import TURNS, begin_anew

GROUP = "story"
KEPT = "story"
BY_CODE = {turn.code: turn for turn in TURNS}


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn as the page shows it, in the reader's language."""

    number: int
    code: str
    title: str
    press: str
    does: str
    look: str
    done: bool
    told: str
    following: bool
    """Whether it is the one to play now."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """The whole story as the page and the portal's first page show it."""

    turns: tuple[TurnView, ...]
    app_page: str

    @property
    def done(self) -> int:
        """How many turns are done."""
        return sum(turn.done for turn in self.turns)

    @property
    def following(self) -> TurnView | None:
        """The turn to play now; None when all are done."""
        return next((turn for turn in self.turns if turn.following), None)


def play_turn(portal: Portal, code: str) -> None:
    """Play a turn once: a second press, later or at the same moment, changes nothing."""
    turn = BY_CODE.get(code)
    if turn is None:
        raise WrongValue(f"no turn {code}: {', '.join(BY_CODE)}")
    if is_done(portal, code):
        return
    outcome = turn.play(portal)
    _kept(portal)[code] = {"key": outcome.key, "values": dict(outcome.values), "done": outcome.done}


def begin_story(portal: Portal) -> None:
    """Back to the beginning: nothing is installed, nothing is done."""
    begin_anew(portal)


def is_done(portal: Portal, code: str) -> bool:
    """Whether a turn is done; the first one is while an application exists, whoever added it."""
    if code == "install":
        return _app_page(portal) != ""
    return bool(_kept(portal).get(code, {}).get("done"))


def story_of(portal: Portal, lang: str) -> StoryView:
    """The story in the reader's language."""
    place = 0 if lang == "ru" else 1
    done = {turn.code: is_done(portal, turn.code) for turn in TURNS}
    following = next((code for code, is_over in done.items() if not is_over), "")
    views = tuple(
        TurnView(
            number=number,
            code=turn.code,
            title=STORY[f"turn_{turn.code}"][place],
            press=STORY[f"turn_{turn.code}_press"][place],
            does=STORY[f"turn_{turn.code}_does"][place],
            look=STORY[f"turn_{turn.code}_look"][place],
            done=done[turn.code],
            told=_line_of(portal, turn.code, place),
            following=turn.code == following,
        )
        for number, turn in enumerate(TURNS, 1)
    )
    return StoryView(views, _app_page(portal))


def turns_done(portal: Portal) -> dict[str, bool]:
    """Which turns are done, for the API's state."""
    return {turn.code: is_done(portal, turn.code) for turn in TURNS}


def _line_of(portal: Portal, code: str, place: int) -> str:
    kept = _kept(portal).get(code)
    if code == "install" or kept is None:
        return STORY["did_installed"][place] if code == "install" and _app_page(portal) else ""
    return STORY[kept["key"]][place].format(**kept["values"])


def _kept(portal: Portal) -> dict[str, dict[str, Any]]:
    """The turns that were played, stored in the portal: saved and loaded with it."""
    found: dict[str, dict[str, Any]] = portal.extra.setdefault(KEPT, {})
    return found


def _app_page(portal: Portal) -> str:
    rows = (row for row in portal.installations.values() if row.active)
    return next((f"/marketplace/app/{row.app_id}/" for row in rows), "")


VERBS = (
    Verb(
        "story_turn",
        GROUP,
        lambda portal, values: play_turn(portal, values["turn"]),
        (Field("turn", required=True, choices=lambda _: [(turn.code, turn.code) for turn in TURNS]),),
        {"turn": "install"},
    ),
    Verb("story_begin", GROUP, lambda portal, _: begin_story(portal)),
)
