"""The headline of an on-premise licence where it differs from that of a plan. Pure: message ids and values.

A licence falls to no free plan: the portal is blocked until the renewal (data/policy.toml).
"""

from typing import TypedDict

from b24app.renewal.case import Situation, since_unknown
from b24app.terms.policy import State
from b24app.text.messages import N_, Sentence, sentence

RENEW_AND_UPDATE = N_("Renew the licence, then run the update of the system: the block is lifted by it.")


class OnPremiseWords(TypedDict, total=False):
    """The parts of a headline that differ for an on-premise licence."""

    word: Sentence
    answer: Sentence
    lead: Sentence
    why: Sentence


def licence_words(s: Situation, left: Sentence) -> OnPremiseWords:
    """The parts of the headline about the plan, written for the licence; `left` is the part in link colour."""
    match s.state:
        case State.UNKNOWN:
            return {
                "answer": sentence(N_("When does the licence end?")),
                "lead": sentence(N_("The portal does not tell applications this date: write it down.")),
            }
        case State.GRACE:
            return _licence_in_grace(s, left)
        case State.LAPSED:
            return _licence_lapsed(s)
        case State.LOCKED | State.RENEWED_PENDING | State.ACTIVE_AGAIN:
            return {}
    text = N_("Until the end of the licence: %(left)s") if s.days_left else N_("The licence ends %(left)s")
    return {"answer": sentence(text, left=left)}


def _licence_in_grace(s: Situation, left: Sentence) -> OnPremiseWords:
    stops, unknown = s.plan.grace_ends if s.plan else None, since_unknown(s.last_answer)
    lead = sentence(N_("Everything works until %(day)s. Renew the licence before that day."), day=stops)
    if unknown:
        text = N_("The grace days end on %(day)s. %(unknown)s Renew the licence before that day.")
        lead = sentence(text, day=stops, unknown=unknown)
    return {
        "answer": sentence(N_("The licence has ended, grace days: %(left)s"), left=left),
        "lead": lead,
        "why": sentence(N_("After that the portal is fully blocked until the licence is renewed.")),
    }


def _licence_lapsed(s: Situation) -> OnPremiseWords:
    if s.may_be_renewed:
        return {
            "answer": sentence(N_("By the written date the licence and its grace days are over")),
            "why": sentence(RENEW_AND_UPDATE),
        }
    return {
        "word": sentence(N_("The licence has lapsed")),
        "answer": sentence(N_("The portal is blocked until the licence is renewed")),
        "lead": sentence(N_("The licence ended on %(day)s, the grace days are over."), day=s.term.ends_on),
        "why": sentence(RENEW_AND_UPDATE),
    }
