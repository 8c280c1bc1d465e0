"""Which questions are asked first: the five whose wrong answer costs most at this stage of the renewal; the rest is optional."""

from collections.abc import Collection, Iterable

from b24app.checklist.questions.question import Question

ASKED_FIRST = 5


def deck_of(
    questions: Iterable[Question], needless: Collection[str] = (), *, activated: bool = False
) -> tuple[str, ...]:
    """The codes of the first five, answered or not, by the ranks of the questions; `needless` ones are not asked at all."""
    stage = 1 if activated else 0
    ordered = sorted((one for one in questions if one.code not in needless), key=lambda one: one.rank[stage])
    return tuple(one.code for one in ordered[:ASKED_FIRST])
