"""The answer of the tab «Copy»: its headline and the sentence below it."""

from dataclasses import dataclass
from datetime import datetime

from b24app.renewal.case import Situation
from b24app.text.messages import N_, Sentence, sentence


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """The headline and the sentence; `day` in the sentence is bold."""

    title: Sentence
    lead: Sentence


def write_first_answer(s: Situation | None) -> CopyAnswer:
    """There is no copy yet: by which day one is wanted, and what Bitrix24 itself keeps."""
    return CopyAnswer(sentence(N_("There is no copy of the shop yet")), _wanted_by(s))


def write_moved_answer(made: datetime, s: Situation | None) -> CopyAnswer:
    """There is no copy in the storage in use: name the one in the storage before it."""
    text = N_(
        "The copy of %(day)s lies in the storage before this one and opens with the key that it was made with. %(wanted)s"
    )
    title = sentence(N_("There is no copy in this storage yet"))
    return CopyAnswer(title, sentence(text, day=made, wanted=_wanted_by(s)))


def _wanted_by(s: Situation | None) -> Sentence:
    day = s.pay_by if s and not s.paid and not s.given_up else None
    if day is None or s is None:
        return sentence(
            N_(
                "Make it before the plan is renewed. Bitrix24 keeps a copy of its own for about a week, and out of it alone gives back cards only, without activities and comments."
            )
        )
    if day <= s.today:
        return sentence(
            N_(
                "Make it today, before paying. Bitrix24 keeps a copy of its own for about a week, and out of it alone gives back cards only, without activities and comments."
            )
        )
    return sentence(
        N_(
            "Make it before paying, by %(day)s. Bitrix24 keeps a copy of its own for about a week, and out of it alone gives back cards only, without activities and comments."
        ),
        day=day,
    )
