"""Messages about an integrator's access to a client: given, changed, ended, declined, ending in two weeks; to both sides."""

from dataclasses import dataclass
from datetime import date

from b24app.reminders.kinds import MessageDraft, ReminderKind, Screen
from b24app.text.messages import N_, Sentence, sentence

CODE, ENDS = "consent", "consent_ends"
KINDS = (
    ReminderKind(CODE, N_("Access of an integrator")),
    ReminderKind(ENDS, N_("Access of an integrator ends soon")),
)
CLIENT_WORDS = {
    "granted": N_("%(integrator)s has access to this portal until %(day)s"),
    "changed": N_("What %(integrator)s may do in this portal was changed"),
    "ended": N_("%(integrator)s has no access to this portal any more"),
    "resumed": N_("%(integrator)s has access to this portal again"),
}
INTEGRATOR_WORDS = {
    "granted": N_("%(client)s has given access until %(day)s"),
    "changed": N_("%(client)s has changed what you may do"),
    "ended": N_("%(client)s: the access has ended"),
    "resumed": N_("%(client)s has given the access back"),
    "declined": N_("%(client)s has declined"),
}


@dataclass(frozen=True, slots=True)
class ConsentNews:
    """A change of an access: its code in the journal, the two sides, who did it, until when, what may be done."""

    deed: str
    integrator: str
    client: str
    person: str
    until: date
    rights: tuple[str, ...] = ()


def draft_for_client(news: ConsentNews) -> MessageDraft | None:
    """The message to the client's people; none about a refusal, which they have made themselves."""
    words = CLIENT_WORDS.get(news.deed)
    if words is None:
        return None
    subject = sentence(words, integrator=news.integrator, day=news.until)
    last = sentence(
        N_("Who looked and when stands under “Access of an integrator”. It can be ended on any day.")
    )
    return MessageDraft(subject, (*_who(news), *_rights(news), last), screen=Screen.INTEGRATOR)


def draft_for_integrator(news: ConsentNews) -> MessageDraft | None:
    """The message to the integrator's owners."""
    words = INTEGRATOR_WORDS.get(news.deed)
    if words is None:
        return None
    subject = sentence(words, client=news.client, day=news.until)
    lines = _rights(news) or (sentence(N_("The list of clients shows it already.")),)
    return MessageDraft(subject, lines, screen=Screen.CLIENTS)


def draft_ends_for_client(integrator: str, until: date) -> MessageDraft:
    """The message two weeks before an end that nothing prolongs: nothing is to be done, unless the access is to continue."""
    lines = (
        sentence(N_("It does not go on by itself. If he is to go on, let him send a new code.")),
        sentence(N_("Nothing is needed from you otherwise.")),
    )
    subject = sentence(N_("The access of %(integrator)s ends on %(day)s"), integrator=integrator, day=until)
    return MessageDraft(subject, lines, screen=Screen.INTEGRATOR)


def draft_ends_for_integrator(client: str, until: date) -> MessageDraft:
    """The same for the integrator's owners."""
    lines = (sentence(N_("It does not go on by itself: send the client a new code before that day.")),)
    subject = sentence(N_("%(client)s: the access ends on %(day)s"), client=client, day=until)
    return MessageDraft(subject, lines, screen=Screen.CLIENTS)


def _who(news: ConsentNews) -> tuple[Sentence, ...]:
    return (sentence(N_("Done by %(person)s."), person=news.person),) if news.person else ()


def _rights(news: ConsentNews) -> tuple[Sentence, ...]:
    return tuple(sentence(right) for right in news.rights)
