"""A message in the feed for the whole company: only for notices that every employee may read."""

from b24app.errors import AppError, WriteUncertain
from b24app.reminders.channels import Addressee, Channel, Message, Outcome, Recipient, SendContext
from b24app.renewal.failure_explanations import FailureWords
from b24app.rest_client import RestClient
from b24app.text.messages import N_


class NotForEverybody(AppError):
    """A message that is not public was about to be shown to everybody."""

    public = N_("This letter is not meant for all employees.")


def send(client: RestClient, message: Message) -> Outcome:
    """Post to everybody; never repeated, for the portal cannot show whether a post exists.

    Source: api-reference/log/blogpost/log-blogpost-add.md; DEST UA is everybody.
    """
    if not message.public:
        raise NotForEverybody
    text = "\n".join(message.lines)
    answer = client.call(
        "log.blogpost.add", {"POST_TITLE": message.subject, "POST_MESSAGE": text, "DEST": ["UA"]}, write=True
    )
    if not str(answer.result).isdecimal():
        raise WriteUncertain("", "log.blogpost.add answered without the number of a post")
    return Outcome.SENT


def _send(context: SendContext, message: Message, _to: Recipient) -> Outcome:
    client = context.client()
    context.hand_over()
    return send(client, message)


CHANNEL = Channel(
    code="feed",
    title=N_("Message in the feed"),
    short=N_("feed"),
    about=N_("Only for the notice to employees: no dates of payment, no sums"),
    icon="users",
    order=30,
    addressee=Addressee.EVERYBODY,
    send=_send,
    recipients=lambda kind, _address, _people: (Recipient("0"),) if kind.for_everybody else (),
    failures=(FailureWords("NotForEverybody", NotForEverybody),),
    unsure_repeats=0,
)
