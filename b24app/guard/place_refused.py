"""Why a place is not spoken to: a stable reason, and one sentence for people."""

from b24app.errors import AppError
from b24app.text.messages import N_

SENTENCES = {
    "malformed": N_("This is not an address: check it letter by letter."),
    "scheme": N_("The address must start with https://"),
    "user_info": N_("The address must hold no name and no password before the host."),
    "port": N_("This port is not called: use 443 or one above 1023."),
    "spelling": N_("Write the host as a name, or as four plain numbers with dots."),
    "number": N_("Write the host as a name: numbers are not called."),
    "name": N_("This is a name of a closed network. Only names of the open internet are called."),
    "address": N_("The address leads into a closed network. Only addresses on the open internet are called."),
    "unknown": N_("There is no site with this name: check the address."),
    "unresolved": N_("The name could not be looked up just now. Try again in a minute."),
}


class PlaceRefused(AppError):
    """A place that the guard does not let us speak to; `reason` is a stable code."""

    status = 422
    public = SENTENCES["malformed"]

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = SENTENCES[reason]
