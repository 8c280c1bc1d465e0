"""The numbers of the checks in words: each place in a word or two, and the sum of all of them in one sentence."""

from collections.abc import Mapping

from flask_babel import gettext

from b24app.checklist.engine.check_numbers import CheckNumbers, CountedPlace
from b24app.text.messages import N_

WORDS: Mapping[CountedPlace, str] = {
    CountedPlace.BLOCKING: N_("%(count)s blocking"),
    CountedPlace.ASKED: N_("%(count)s to ask"),
    CountedPlace.OPTIONAL: N_("%(count)s optional"),
    CountedPlace.NOTED: N_("%(count)s noted"),
    CountedPlace.FINE: N_("%(count)s in order"),
    CountedPlace.UNCHECKED: N_("%(count)s not checked"),
    CountedPlace.UNUSED: N_("%(count)s not applicable"),
    CountedPlace.MUTED: N_("%(count)s set aside"),
}
TITLES: Mapping[CountedPlace, str] = {
    CountedPlace.BLOCKING: N_("Blocks"),
    CountedPlace.OPTIONAL: N_("Optional"),
    CountedPlace.NOTED: N_("Noted"),
    CountedPlace.FINE: N_("In order"),
    CountedPlace.UNCHECKED: N_("Not checked"),
    CountedPlace.UNUSED: N_("Do not apply"),
    CountedPlace.MUTED: N_("Set aside"),
}
MAIN = (CountedPlace.BLOCKING, CountedPlace.ASKED, CountedPlace.FINE)


def count_words(place: CountedPlace, count: int) -> str:
    """«мешают 2»."""
    return gettext(WORDS[place], count=count)


def main_counts(numbers: CheckNumbers) -> tuple[tuple[CountedPlace, str], ...]:
    """The counts of the headline: what blocks, what is asked, what is in order; the first two only when there is any."""
    shown = (place for place in MAIN if numbers.counts[place] or place is CountedPlace.FINE)
    return tuple((place, count_words(place, numbers.counts[place])) for place in shown)


def main_words(numbers: CheckNumbers) -> str:
    """The headline in one sentence: «Мешают 2, спросим 3, в порядке 72»."""
    text = ", ".join(words for _place, words in main_counts(numbers))
    return text[:1].upper() + text[1:]


def sum_words(numbers: CheckNumbers) -> str:
    """«Всего 84: мешают 2, спросим 3, …»: every place that has something in it, and they make the total."""
    parts = ", ".join(count_words(place, count) for place, count in numbers.parts)
    return gettext("%(total)s in all: %(parts)s.", total=numbers.total, parts=parts)


FILTERS = (count_words, main_counts, main_words, sum_words)
