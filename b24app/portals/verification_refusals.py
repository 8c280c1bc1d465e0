"""Why a frame or an event was not let in: one sentence and one next step for each reason."""

from b24app.errors import AddressRefused, Refused
from b24app.text.messages import N_

SENTENCES = {
    "no_access_token": N_(
        "The portal gave no access for this opening. Check that you may use this application."
    ),
    "malformed": N_(
        "The portal's request could not be read. Open the application from the portal's menu again."
    ),
    "expired": N_(
        "This opening is older than its access. Open the application from the portal's menu again."
    ),
    "foreign_application": N_("This opening belongs to another application."),
    "foreign_portal": N_("This opening belongs to another portal."),
    "foreign_user": N_("This opening belongs to another person."),
    "access_rejected": N_("The authorization server does not know this opening. Open the application again."),
    "server_not_allowed": N_("The request names an authorization server that is not Bitrix24's."),
    "host_not_allowed": N_("The request names an address that cannot be a portal."),
    "host_not_trusted": AddressRefused.public,
    "https_required": N_("Portals are served over https only."),
    "not_installed": N_(
        "The application is not installed to the end. A portal administrator should open it once."
    ),
    "invalid_application_token": N_("The event's token is not the one of this portal."),
    "unknown_event": N_("The application does not expect this event."),
}


def refusal(reason: str) -> Refused:
    """A refusal with the sentence for its reason; details may follow the reason after a colon."""
    return Refused(reason, SENTENCES.get(reason.partition(":")[0]))
