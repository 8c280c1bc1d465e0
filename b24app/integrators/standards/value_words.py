"""Expected and found values in words: the same on the page and in a task."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from b24app.integrators.standards.standard_rule import NOTHING, Comparing, Lack, StandardRule
from b24app.text.messages import N_, NN_, P_, Sentence, sentence

DAY = timedelta(days=1)
HOURS_ARE_TOLD = timedelta(hours=48)
NOT_OLDER_DAYS = NN_("not older than %(count)s day", "not older than %(count)s days")
NOT_OLDER_HOURS = NN_("not older than %(count)s hour", "not older than %(count)s hours")
DAYS_OLD, HOURS_OLD = (
    NN_("%(count)s day old", "%(count)s days old"),
    NN_("%(count)s hour old", "%(count)s hours old"),
)
NOT_KNOWN = P_("client", "not known")
LACKS: Mapping[str, str] = {
    Lack.NEVER: N_("not read yet"),
    Lack.SCOPE: N_("the application lacks a permission there"),
    Lack.RIGHT: N_("the portal did not allow it"),
    Lack.REFUSED: N_("the portal did not answer it"),
    Lack.NOT_TOLD: N_("the portal does not tell it"),
    Lack.NOTHING: N_("there is nothing to compare"),
    Lack.NO_LIST: N_("the client has written no webhooks down"),
    Lack.NO_OWNER: N_("whose a webhook is, is not known"),
    Lack.AHEAD: N_("the copy is of a moment to come"),
}
OLD, NO_RIGHT, UNCOUNTED = N_("read long ago"), N_("not seen: no right"), N_("being counted")
MORE_UNSEEN = N_("known: %(count)s; the portal does not list the others")


class FoundLike(Protocol):
    """A found value: of the table, or of the page's query."""

    @property
    def number(self) -> int | None:
        """The number that was found."""
        ...

    @property
    def moment(self) -> datetime | None:
        """The moment whose age counts."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """The names that make the value so."""
        ...


def expected_words(rule: StandardRule, expected: int) -> Sentence:
    """The expected value of a rule in words."""
    if rule.comparing is Comparing.AGE:
        days, hours = divmod(expected, 24)
        return sentence(NOT_OLDER_HOURS, count=expected) if hours else sentence(NOT_OLDER_DAYS, count=days)
    if rule.comparing is Comparing.AT_LEAST:
        return sentence(N_("not less than %(count)s"), count=expected)
    if rule.comparing is Comparing.AT_MOST:
        return (
            sentence(N_("not more than %(count)s"), count=expected)
            if expected
            else sentence(P_("webhooks", "none"))
        )
    return sentence((rule.words or {}).get(expected, NOT_KNOWN))


def found_words(rule: StandardRule, found: FoundLike, now: datetime) -> Sentence:
    """The value found in the portal, with the names that make it so."""
    value = _value(rule, found, now)
    if not found.names:
        return value
    return sentence(N_("%(value)s: %(names)s"), value=value, names=tuple(found.names))


def _value(rule: StandardRule, found: FoundLike, now: datetime) -> Sentence:
    if found.moment is not None:
        return age_words(now - found.moment)
    if found.number is None:
        return sentence(NOT_KNOWN)
    if rule.words and (found.number == NOTHING or rule.comparing is Comparing.SAME):
        return sentence(rule.words.get(found.number, NOT_KNOWN))
    return sentence(N_("%(count)s"), count=found.number)


def age_words(age: timedelta) -> Sentence:
    """How old something is: in hours within two days, then in days."""
    if age < HOURS_ARE_TOLD:
        return sentence(HOURS_OLD, count=max(0, int(age / timedelta(hours=1))))
    return sentence(DAYS_OLD, count=int(age / DAY))
