"""Asks the portal itself for a person's present rights: a page that was opened an hour ago is not enough."""

from b24app.database import current_portal_id
from b24app.errors import NotAllowed
from b24app.portals.client_factory import open_client, says_administrator
from b24app.portals.people import read_accounts
from b24app.text.messages import N_

ASK_SECONDS = 5.0


def demand_administrator(user_id: int) -> None:
    """Ask with the person's own access; nothing may be pending, for the network is asked.

    Raises NotAllowed, or what the portal raises.
    """
    client = open_client(current_portal_id(), user_id=user_id, person=True)
    with client.within(ASK_SECONDS):
        if not says_administrator(client.call("profile").result):
            raise NotAllowed


class NotOneOfTheirs(NotAllowed):
    """The portal does not list this person among its own: an account of an integrator, or a technical one."""

    public = N_(
        "The portal does not count you among its own people: this account belongs to an integrator. "
        "Let an administrator of the company decide."
    )


def demand_own_person(user_id: int) -> None:
    """Ask whether the portal lists a person among its own; nothing may be pending, for the network is asked.

    `user.get` never lists accounts of integrators and technical ones (vendor's documentation, user-get.md). Raises
    NotOneOfTheirs, or what the portal raises.
    """
    client = open_client(current_portal_id(), user_id=user_id, person=True)
    with client.within(ASK_SECONDS):
        answer = client.call("user.get", {"FILTER": {"ID": user_id}, "select": ["ID", "ACTIVE"], "start": 0})
    if not read_accounts(answer).get(user_id):
        raise NotOneOfTheirs
