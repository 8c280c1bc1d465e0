"""A message in the feed for the whole company: only for notices that every employee may read."""

from b24app.errors import AppError, WriteUncertain
from b24app.reminders.channels import Message, Outcome
from b24app.rest_client import RestClient
from b24app.text.messages import N_


class NotForEverybody(AppError):
    """A letter that is not public was about to be shown to everybody."""

    public = N_("This letter is not meant for all employees.")


def send(client: RestClient, letter: Message, _user_id: int = 0) -> Outcome:
    """Post to everybody; never repeated, for the portal cannot tell whether a post exists.

    Source: api-reference/log/blogpost/log-blogpost-add.md; DEST UA is everybody.
    """
    if not letter.public:
        raise NotForEverybody
    text = "\n".join(letter.lines)
    answer = client.call(
        "log.blogpost.add", {"POST_TITLE": letter.subject, "POST_MESSAGE": text, "DEST": ["UA"]}, write=True
    )
    if not str(answer.result).isdecimal():
        raise WriteUncertain("", "log.blogpost.add answered without the number of a post")
    return Outcome.SENT
