"""The answer of the tab after an activation: the comparison in one sentence. Pure."""

from b24app.renewal.case import Situation
from b24app.renewal.page_phase import ActivationOutcome, AnswerParts, Found
from b24app.text.messages import N_, NN_, NOTHING, sentence

SETTINGS = NN_("%(count)s setting", "%(count)s settings")
CHANGES = NN_("%(count)s change", "%(count)s changes")
DEPEND = NN_("Orders depend on it: %(names)s.", "Orders depend on them: %(names)s.")
CHECKS = NN_("%(count)s check", "%(count)s checks")


def answer_after(s: Situation, o: ActivationOutcome) -> AnswerParts:
    """The parts of the answer for the comparison after the activation; the number counts down."""
    level, word, answer, lead = _AFTER[o.found]
    found: AnswerParts = {
        "level": level, "word": sentence(word), "answer": sentence(answer), "lead": sentence(lead), "why": NOTHING,
        "about": sentence(N_("renewed until %(day)s"), day=s.term.ends_on),
    }  # fmt: skip
    if o.found is Found.RESTORE:
        count = sentence(SETTINGS, count=o.to_restore)
        names = ", ".join(o.names)
        more = o.to_restore - len(o.names)
        text: str | tuple[str, str] = DEPEND
        if more > 0:
            text = N_("Orders depend on them: %(names)s and %(more)s more.")
        found |= {
            "word": sentence(N_("To put back: %(count)s"), count=o.to_restore),
            "answer": sentence(N_("Put back %(left)s"), left=count),
            "lead": sentence(text, names=names, more=more, count=o.to_restore),
        }
    if o.found is Found.LOOK:
        count = sentence(CHANGES, count=o.to_look)
        found["answer"] = sentence(N_("Look through %(left)s"), left=count)
    if o.found is Found.FAILING:
        count = sentence(CHECKS, count=o.failing)
        found["answer"] = sentence(
            N_("The settings are in their place, but %(left)s did not pass"), left=count
        )
    return found


_AFTER = {
    Found.NOTHING: (
        "unknown", N_("Renewed"), N_("The plan is renewed. Check the shop"),
        N_("No snapshot was taken before the activation, so there is nothing to compare with."),
    ),
    Found.RUNNING: (
        "ask", N_("Being compared"), N_("Renewed. We are comparing the shop with what it was"),
        N_("It takes about a minute, the result appears here by itself."),
    ),
    Found.INCOMPARABLE: (
        "unknown", N_("Not comparable"), N_("The two pictures cannot be compared"),
        N_("They were taken by people with different rights. Compare again as the administrator who took the snapshot."),
    ),
    Found.RESTORE: ("fail", N_("Put back"), "", ""),
    Found.LOOK: (
        "warn", N_("Have a look"), "", N_("They do not stop orders. Accept what was meant."),
    ),
    Found.FAILING: ("warn", N_("Have a look"), "", N_("What is left is listed below.")),
    Found.WAITING: (
        "ask", N_("Waiting for traffic"), N_("The settings are in their place, we wait for traffic"),
        N_("Nothing has to be put back."),
    ),
    Found.OLD: (
        "unknown", N_("Compared more than a day ago"), N_("Everything was in its place"),
        N_("What works since then is not known: compare again."),
    ),
    Found.WHOLE: (
        "pass", N_("Everything is in its place"), N_("The shop works as before the renewal"),
        N_("Close the renewal: nothing is left to put back."),
    ),
}  # fmt: skip
