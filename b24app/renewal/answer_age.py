"""How old an answer of the portal may be: it holds for a day, after that we only know since when we do not know. Pure."""

from dataclasses import dataclass
from datetime import datetime

from b24app.clock import holds_still
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class Heard:
    """When the portal last answered anything, be it a refusal, and whether that holds still."""

    at: datetime | None = None
    lately: bool = False


def heard_at(answered: datetime | None, refused: datetime | None, now: datetime) -> Heard:
    """The newest of both; nothing when the portal has never answered."""
    at = max((moment for moment in (answered, refused) if moment), default=None)
    return Heard(at, lately=at is not None and holds_still(at, now))


def since_unknown(heard: Heard) -> Sentence:
    """Since when nobody knows what works; nothing while an answer holds."""
    if heard.lately:
        return NOTHING
    if heard.at is None:
        return sentence(N_("What works now is not known: the portal has not answered yet."))
    return sentence(
        N_("What works since %(since)s is not known: the portal has not answered."), since=heard.at
    )
