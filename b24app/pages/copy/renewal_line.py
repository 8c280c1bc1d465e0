"""The copy on the tab «Renewal»: one line before the payment, in the words of the tab «Copy» itself."""

from dataclasses import dataclass
from datetime import datetime

from b24app.backup.backup_plan import read_choices
from b24app.backup.proofs.copy_state import CopyStanding, standing
from b24app.backup.proofs.open_alarms import count_open_alarms
from b24app.pages.copy.whole_copy import full_copy_wanted, write_whole_title
from b24app.renewal.case import Situation
from b24app.renewal.page_phase import OVER, Phase
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class CopyLine:
    """The state of the copy, what that means for the payment, and the word on the button."""

    level: str
    title: Sentence
    text: Sentence
    action: str


SEEN_SOON = N_("Deleted records we notice when the portal tells of them, other losses at night.")
SHOWN = frozenset({Phase.BEFORE, Phase.LATE, *OVER})
"""The phases before the payment; after it the tab «Copy» alone shows the copy."""


def copy_line(s: Situation | None, phase: Phase, now: datetime) -> CopyLine | None:
    """The line for this phase; None when the copy is no step of it."""
    if s is None or phase not in SHOWN:
        return None
    if count_open_alarms():
        return CopyLine("fail", sentence(N_("A mass loss is open")), NOTHING, N_("Look at it"))
    known = standing(now)
    if known.copy is None:
        return _no_copy(s, known)
    title = write_whole_title(known)
    if not read_choices().has_target:
        gone = N_("No storage is chosen: no further copies are made.")
        return CopyLine("warn", title, sentence(gone), N_("Choose a storage"))
    if known.verified:
        return CopyLine(
            "warn" if known.without or known.take_until else "pass", title, _after_a_copy(s), N_("Show")
        )
    wants_fresh = known.eve and any(one.code == "fresh" for one in known.missing)
    text = (
        N_("It is older than a day: renew it before paying.")
        if wants_fresh
        else N_("Finish it before paying.")
    )
    return CopyLine("warn", title, sentence(text), N_("Renew it") if wants_fresh else N_("Finish"))


def _after_a_copy(s: Situation) -> Sentence:
    """What a verified copy still wants before paying, and how soon a loss is seen."""
    day = full_copy_wanted(s)
    if day is None:
        return sentence(SEEN_SOON)
    return sentence(
        N_("Before paying, by %(day)s, make one more, everything anew. %(seen)s"),
        day=day,
        seen=sentence(SEEN_SOON),
    )


def _no_copy(s: Situation, known: CopyStanding) -> CopyLine:
    if known.under_way is not None and known.is_paused:
        kept = sentence(N_("What was copied is kept. It does not go on by itself: press “Go on”."))
        return CopyLine("warn", sentence(N_("The copy is paused")), kept, N_("Go on"))
    if known.under_way is not None:
        return CopyLine("ask", sentence(N_("The copy of the shop is being made")), NOTHING, N_("Show"))
    day = s.pay_by
    if day is None or day <= s.today:
        title = sentence(N_("Make a copy of the shop before paying"))
    else:
        title = sentence(N_("Copy the shop by %(day)s"), day=day)
    return CopyLine("warn", title, NOTHING, N_("Open"))
