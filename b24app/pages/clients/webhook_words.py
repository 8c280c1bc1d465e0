"""Words of webhooks: the state of an address, what became of a sending, what an address answered."""

from dataclasses import dataclass

from b24app.integrators.webhooks.event_kinds import KINDS, TEST
from b24app.integrators.webhooks.sending_list import SendingView
from b24app.integrators.webhooks.webhook_addresses import WebhookView
from b24app.integrators.webhooks.webhook_states import SendingState, WebhookState
from b24app.reminders.channels.webhook import REFUSED, UNAVAILABLE
from b24app.text.messages import N_, P_, Sentence, sentence

STATES = {
    WebhookState.OFF: ("na", P_("webhook", "Switched off")),
    WebhookState.GONE: ("fail", N_("Wants nothing any more")),
    WebhookState.SILENT: ("fail", N_("Has not answered for five days")),
}
DROPPED = {
    "consent": N_("the access to the client has ended"),
    "right": N_("the client does not give this"),
    "missing": N_("it is not there any more"),
}
NO_ANSWER = P_("webhook", "no answer")
TEST_TITLE = N_("A test message")


SENDINGS = {
    SendingState.SENT: ("pass", P_("webhook", "arrived")),
    SendingState.WAITING: ("ask", N_("waits")),
    SendingState.FAILED: ("fail", P_("webhook", "not arrived")),
    SendingState.DROPPED: ("na", N_("not sent")),
}


@dataclass(frozen=True, slots=True)
class SendingWords:
    """One sending in words: its level, its word, what was answered or why nothing was sent, and after how many attempts."""

    level: str
    word: str
    line: Sentence | None
    tries: Sentence | None = None


def state_of_webhook(one: WebhookView) -> tuple[str, str]:
    """The level and the word of an address."""
    if one.state is not WebhookState.WORKS:
        return STATES[one.state]
    if one.unowned:
        return "warn", N_("Stands still: its person is no owner any more")
    return ("warn", N_("Fails, we try again")) if one.failures else ("pass", P_("webhook", "Works"))


def title_of_event(kind: str) -> str:
    """The name of an event."""
    return TEST_TITLE if kind == TEST else KINDS[kind].title if kind in KINDS else N_("Another event")


def words_of_sending(one: SendingView) -> SendingWords:
    """The result of a sending in words."""
    level, word = SENDINGS[one.state]
    if one.state is SendingState.DROPPED:
        return SendingWords(level, word, sentence(DROPPED[one.reason]) if one.reason in DROPPED else None)
    late = one.state is SendingState.SENT and one.attempts > 1
    return SendingWords("warn" if late else level, word, _answers(one), _tries(one))


def _answers(one: SendingView) -> Sentence | None:
    """«503 → 200»: the first answer and the last one."""
    if not one.answers:
        return None
    first, last = (sentence(explain_answer(answer)) for answer in (one.answers[0], one.answers[-1]))
    same = one.answers[0] == one.answers[-1]
    return last if same else sentence(N_("%(first)s → %(last)s"), first=first, last=last)


def _tries(one: SendingView) -> Sentence | None:
    if one.attempts > 1:
        return sentence(N_("attempts: %(num)s"), num=one.attempts)
    return sentence(N_("in %(ms)s ms"), ms=one.milliseconds or 0) if one.attempts else None


def explain_answer(answer: str) -> str:
    """A status of HTTP as it is; of a failure the sentence that the channel of reminders has for it."""
    if answer.isdecimal():
        return answer
    return {**REFUSED, **UNAVAILABLE}.get(answer, NO_ANSWER)
