"""Words of webhooks: how an address stands, what became of a sending, what an address answered."""

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
    "consent": N_("not sent: the access to the client has ended"),
    "right": N_("not sent: the client does not give this"),
    "missing": N_("not sent: it is not there any more"),
}
NO_ANSWER = P_("webhook", "no answer")
TEST_TITLE = N_("A test message")


@dataclass(frozen=True, slots=True)
class SendingWords:
    """One sending in words: its level, its head, and the line below."""

    level: str
    head: Sentence
    line: Sentence | None


def state_of_webhook(one: WebhookView) -> tuple[str, str]:
    """The level and the word of an address."""
    if one.state is not WebhookState.WORKS:
        return STATES[one.state]
    if one.unowned:
        return "warn", N_("Stands still: its person is no owner any more")
    return ("warn", N_("Fails, we try again")) if one.failures else ("pass", P_("webhook", "Works"))


def title_of_event(kind: str) -> str:
    """What an event is called."""
    return TEST_TITLE if kind == TEST else KINDS[kind].title if kind in KINDS else N_("Another event")


def words_of_sending(one: SendingView) -> SendingWords:
    """What became of a sending."""
    if one.state is SendingState.DROPPED:
        return SendingWords("na", sentence(DROPPED.get(one.reason, N_("not sent"))), None)
    if one.state is SendingState.SENT:
        return SendingWords("pass" if one.attempts == 1 else "warn", _answers(one), _tries(one))
    if one.state is SendingState.FAILED:
        return SendingWords("fail", _answers(one), _tries(one) or sentence(N_("was not sent")))
    return SendingWords("ask", _answers(one) if one.answers else sentence(N_("waits")), _tries(one))


def _answers(one: SendingView) -> Sentence:
    """«503 → 200»: the first answer and the last one."""
    if not one.answers:
        return sentence(NO_ANSWER)
    first, last = explain_answer(one.answers[0]), explain_answer(one.answers[-1])
    if len(one.answers) == 1 or one.answers[0] == one.answers[-1]:
        return sentence(last)
    return sentence(N_("%(first)s → %(last)s"), first=sentence(first), last=sentence(last))


def _tries(one: SendingView) -> Sentence | None:
    if one.attempts == 0:
        return None
    if one.attempts == 1 and one.state is SendingState.SENT:
        return sentence(N_("at once, %(ms)s ms"), ms=one.milliseconds or 0)
    return sentence(N_("attempts: %(num)s"), num=one.attempts)


def explain_answer(answer: str) -> str:
    """A number of HTTP as it is; of a failure the sentence that the channel of reminders has for it."""
    if answer.isdecimal():
        return answer
    return {**REFUSED, **UNAVAILABLE}.get(answer, NO_ANSWER)
