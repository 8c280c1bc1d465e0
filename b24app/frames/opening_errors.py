"""Errors of an opening whose portal is silent or refuses: its page tries again by itself, or is for reading only."""

from b24app.errors import AppError, RightMissing
from b24app.text.messages import N_


class PageReadOnly(AppError):
    """The page was opened while the portal did not answer, so nothing may be changed from it."""

    status = 409
    public = N_("The portal does not answer, so this page is for reading only: nothing was changed.")

    def __init__(self, message: str | None = None) -> None:
        super().__init__()
        self.message = message or self.public


class OpeningDenied(RightMissing, kind="RightMissing"):
    """The portal refused the question who opens the application, for want of a right."""

    public = N_(
        "The portal refused when the application asked who opens it. A portal administrator gives the access: "
        "ask one to open the application. If the administrator is refused too, send the error number to support."
    )


class OpeningWaits(AppError):
    """An opening could not be verified yet; its page tries again by itself."""

    retryable = True
    status = 503
    public = N_("The portal has not answered yet. This page tries again by itself.")

    def __init__(self, message: str | None = None) -> None:
        super().__init__()
        self.message = message or self.public


class TooManyOpenings(OpeningWaits):
    """As many openings of this portal as may wait at a time are waiting for its answer."""

    public = N_("Other pages wait for the answer of this portal already.")


class NobodyConfirms(OpeningWaits):
    """Neither the portal nor the authorization server confirms who this is, so nothing stored is shown."""

    public = N_("Neither the portal nor the Bitrix24 authorization server confirms who you are.")
