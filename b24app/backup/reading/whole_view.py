"""Whether we still see all of a portal: its lists silently leave out what a person who is no administrator may not see."""

from b24app.bitrix24.responses import Outcome
from b24app.errors import PortalError, RightMissing
from b24app.portals.client_factory import says_administrator
from b24app.rest_client import Command, RestClient
from b24app.text.messages import N_

ME = Command("profile", write=False)


class ViewNarrowed(RightMissing):
    """The person whose access is used is no administrator of the portal any more."""

    public = N_(
        "The person whose access the copy reads with is not an administrator of the portal any more. Such a person"
        " does not see everything, so the copy waits. It goes on once an administrator has opened the application."
    )


def demand_whole_view(client: RestClient) -> None:
    """Ask the portal for our rights; raises ViewNarrowed when we are no administrator, or the portal's refusal."""
    judge_view(client.call(ME.method, write=False))


def judge_view(outcome: Outcome) -> None:
    """The same from an answer to `ME` that came with others."""
    if isinstance(outcome, PortalError):
        raise outcome
    if not says_administrator(outcome.result):
        raise ViewNarrowed("not_administrator")
