"""The answer of the tab «Copy» while a copy is being made: how long it takes, or what it waits for."""

from datetime import timedelta

from b24app.backup.model import CopyState
from b24app.pages.copy.copy_answer import CopyAnswer
from b24app.pages.copy.progress_view import GoingCopy, Pressed
from b24app.text.messages import N_, NN_, Sentence, sentence
from b24app.web.filters import moment

MINUTE, HOUR = 60, 3600
LONG = 2 * HOUR
MEASURED_SOON = N_("Soon we say how long is left. You may close the page.")
MAY_CLOSE = N_("Six checks follow. You may close the page.")


def write_going_answer(
    going: GoingCopy, left: timedelta | None, promised: timedelta | None = None
) -> CopyAnswer:
    """The present step of the copy; `left` is how long the reading takes yet, None while it is not measured.

    Until then it shows what was `promised` before the press, as an estimate.
    """
    match going.state:
        case CopyState.PAUSED:
            return CopyAnswer(sentence(N_("The copy is paused")), _paused(going.pressed))
        case CopyState.RESTING:
            lead = N_("What was copied is kept. It goes on automatically.")
            return CopyAnswer(sentence(N_("The copy waits")), sentence(lead))
        case CopyState.PROVING:
            lead = N_("Everything is read. Without six checks it does not count as a copy.")
            return CopyAnswer(sentence(N_("Checking the copy")), sentence(lead))
    if going.is_at_files:
        lead = N_(
            "Clients and shop are read. How long the files take is not known before they are read; you may close the page."
        )
        return CopyAnswer(sentence(N_("Copying files")), sentence(lead))
    if left is None and promised is not None:
        title = sentence(N_("Copying, by our estimate %(time)s"), time=about(promised))
        return CopyAnswer(title, sentence(MEASURED_SOON))
    if left is None:
        return CopyAnswer(
            sentence(N_("Copying")),
            sentence(MEASURED_SOON),
        )
    text = N_("Copying, %(time)s left, then files") if going.has_files_left else N_("Copying, %(time)s left")
    return CopyAnswer(sentence(text, time=about(left)), sentence(MAY_CLOSE))


def _paused(pressed: Pressed | None) -> Sentence:
    """Who paused it and when, where that is kept."""
    if pressed is None:
        return sentence(N_("What was copied is kept."))
    who = pressed.by or sentence(N_("an administrator"))
    text = N_("Paused by %(who)s, %(moment)s. What was copied is kept.")
    return sentence(text, who=who, moment=moment(pressed.at))


def about(left: timedelta) -> Sentence:
    """«около 4 минут», «меньше минуты», «около 3 часов»."""
    seconds = left.total_seconds()
    if seconds < MINUTE:
        return sentence(N_("less than a minute"))
    if seconds < LONG:
        return sentence(
            NN_("about %(count)s minute", "about %(count)s minutes"), count=round(seconds / MINUTE)
        )
    if seconds < 48 * HOUR:
        return sentence(NN_("about %(count)s hour", "about %(count)s hours"), count=round(seconds / HOUR))
    return sentence(NN_("about %(count)s day", "about %(count)s days"), count=round(seconds / HOUR / 24))
