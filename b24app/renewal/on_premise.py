"""What the answer says of an on-premise licence: it falls to no free plan, it is blocked until the renewal. Pure.

Source: the rules of the on-premise edition in terms/data/policy.toml.
"""

from typing import TypedDict

from b24app.renewal.answer_age import since_unknown
from b24app.renewal.situation import Situation
from b24app.terms.policy import State
from b24app.terms.term import TermKind
from b24app.text.messages import N_, Sentence, sentence

LICENCE_PATH = "/bitrix/admin/buy_support.php"
RENEW_AND_UPDATE = N_("Renew the licence, then run the update of the system: the block is lifted by it.")
UPDATE = N_("Then run the update of the system: the block is lifted by it.")


class OnPremiseWords(TypedDict, total=False):
    """The parts of an answer that are said otherwise."""

    word: Sentence
    answer: Sentence
    lead: Sentence
    why: Sentence


def is_licence(s: Situation) -> bool:
    """Whether the term is an on-premise licence and not a plan of the cloud."""
    return s.term.kind == TermKind.ON_PREMISE


def licence_words(s: Situation, left: Sentence) -> OnPremiseWords:
    """The parts of the answer that speak of the plan, said of the licence; `left` is what stands in link colour."""
    match s.state:
        case State.UNKNOWN:
            return {
                "answer": sentence(N_("When does the licence end?")),
                "lead": sentence(N_("The portal does not tell applications this date: write it down.")),
            }
        case State.GRACE:
            return _grace(s, left)
        case State.LAPSED:
            return _lapsed(s)
        case State.LOCKED | State.RENEWED_PENDING | State.ACTIVE_AGAIN:
            return {}
    text = N_("Until the end of the licence: %(left)s") if s.days_left else N_("The licence ends %(left)s")
    return {"answer": sentence(text, left=left)}


def _grace(s: Situation, left: Sentence) -> OnPremiseWords:
    stops, unknown = s.plan.grace_ends if s.plan else None, since_unknown(s.heard)
    lead = sentence(N_("Everything works until %(day)s. Renew the licence before that day."), day=stops)
    if unknown:
        text = N_("The grace days end on %(day)s. %(unknown)s Renew the licence before that day.")
        lead = sentence(text, day=stops, unknown=unknown)
    return {
        "answer": sentence(N_("The licence has ended, grace days: %(left)s"), left=left),
        "lead": lead,
        "why": sentence(N_("After that the portal is fully blocked until the licence is renewed.")),
    }


def _lapsed(s: Situation) -> OnPremiseWords:
    return {
        "word": sentence(N_("The licence has lapsed")),
        "answer": sentence(N_("The portal is blocked until the licence is renewed")),
        "lead": sentence(N_("The licence ended on %(day)s, the grace days are over."), day=s.term.ends_on),
        "why": sentence(RENEW_AND_UPDATE),
    }
