"""Why a run became the snapshot that others are compared with, or did not, in words of the visitor's language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from flask_babel import gettext, ngettext

from b24app.checklist.engine.check import load_checks
from b24app.comparison.model import Hint, Why
from b24app.comparison.resource import load_resources
from b24app.text.formats import day_long
from b24app.text.messages import N_
from b24app.text.translation import one_stop
from b24app.web.filters import zone


class Decided(Protocol):
    """A run of which it was decided whether it becomes the snapshot."""

    @property
    def why(self) -> Why:
        """The reason as a code."""
        ...

    @property
    def about(self) -> Hint:
        """More about it."""
        ...


PLAIN: Mapping[Why, str] = {
    Why.TAKEN: N_("Nothing got worse without an explanation, so this run became the snapshot."),
    Why.ACTIVATION: N_(
        "The snapshot stays as it was before the activation until the last repeat has passed."
    ),
    Why.UNSEEN: N_("The snapshot stays: this run could not see everything that the snapshot shows."),
}


def decision_words(one: Decided) -> str:
    """The reason in a sentence or two; nothing while it was not decided."""
    if (write := WRITTEN.get(one.why)) is not None:
        return write(one.about)
    return gettext(PLAIN[one.why]) if one.why in PLAIN else ""


def _chosen(about: Hint) -> str:
    name = str(about.get("name", ""))
    if not name:
        return gettext("The snapshot was chosen by a person and stays until another is chosen.")
    return gettext("The snapshot was chosen: %(name)s. It stays until another is chosen.", name=name)


def _renewal(about: Hint) -> str:
    try:
        since = datetime.fromisoformat(str(about.get("since", "")))
    except ValueError:
        return gettext("The snapshot is kept for the whole renewal.")
    day = day_long(since.astimezone(zone()).date())
    return one_stop(gettext("The snapshot is kept for the whole renewal, since %(day)s.", day=day))


def _difference(about: Hint) -> str:
    kind, name, count = load_resources().get(str(about.get("kind"))), str(about.get("name", "")), _rest(about)
    title = gettext(kind.title) if kind else gettext("a difference")
    shown = gettext(name) if kind and kind.named and name else name
    what = f"{title}: {shown}" if name else title
    return _with_rest(
        gettext(
            "We go on comparing with the same snapshot: neither put back nor accepted — %(what)s.", what=what
        ),
        count,
    )


def _check(about: Hint) -> str:
    spec = load_checks().get(str(about.get("check")))
    title = gettext(spec.title) if spec else gettext("a check")
    return _with_rest(gettext("The snapshot stays: a check got worse — %(what)s.", what=title), _rest(about))


def _rest(about: Hint) -> int:
    count = about.get("count", 1)
    return count - 1 if isinstance(count, int) else 0


def _with_rest(text: str, rest: int) -> str:
    if rest <= 0:
        return text
    # not within the f-string: a text there is not found
    more = ngettext("And %(num)s more.", "And %(num)s more.", rest)
    return f"{text} {more}"


WRITTEN: Mapping[Why, Callable[[Hint], str]] = {
    Why.CHOSEN: _chosen,
    Why.RENEWAL: _renewal,
    Why.DIFFERENCE: _difference,
    Why.CHECK: _check,
}
