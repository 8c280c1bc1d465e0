"""The tree of errors; each has its code in rows, whether to retry, and a sentence for people.

AppError
├── SettingsWrong          the start is refused, by name of the setting
├── BadInput               a person's input; the form comes back with it
├── NotAllowed             this visitor may not do that
├── NotFound               no such page or record in this portal
├── Unavailable            our own database does not answer; the same request later may work
│   └── QueueAway              the queue of the worker does not answer; nothing was changed
│       └── QueueLost              it fell silent after the commit
├── Refused                an opening, an event or a link could not be verified
│   ├── PageStale              the page was opened too long ago
│   └── AdministratorFirst     an administrator has to open the application before others
└── PortalError            a portal or its authorization server refused
    ├── TokenExpired           refresh and repeat
    ├── TokenRejected          an administrator must open the application again
    │   └── ClientUnknown          the application's id or key is not accepted
    ├── LimitReached           wait and repeat
    │   └── OperationLimited   wait until `reset_at`
    ├── PlanLapsed             REST only on commercial plans
    ├── MarketplaceEnded       the Marketplace subscription ended
    ├── PortalLocked           locked by the compatibility scanner or by the vendor
    │   └── Overloaded             the vendor blocked our requests by hand
    ├── FeatureNotInPlan       this part of the portal is not in the portal's plan
    ├── RightMissing           the user may not do that in the portal
    ├── ScopeMissing           the application was not granted the scope
    ├── AddressChanged         the portal is at another address now
    ├── AddressRefused         its address is not of the open internet, and no setting names it
    ├── PortalGone             deleted or closed
    ├── ApplicationGone        uninstalled from the portal
    ├── MethodMissing          the portal has no such method
    ├── RequestWrong           our own bug
    ├── VendorFault            the portal failed; try later
    │   ├── AnswerBroken       cut, too big, of a wrong type
    │   ├── ListIncomplete     a list kept changing while it was read
    │   └── UnknownRefusal     a code that is in no table; counted
    ├── Unreachable            no connection or no answer in time
    └── WriteUncertain         a write may or may not have happened

What may come in the place of a portal's answer is distinguished further in `bitrix24/no_answer.py`.
"""

from datetime import datetime
from typing import ClassVar

from b24app.text.messages import N_


class AppError(Exception):
    """Any failure of this application's own classes; `kind` is the code by which rows keep it, whatever the class is called later."""

    kind: ClassVar[str] = "AppError"
    retryable: ClassVar[bool] = False
    status: ClassVar[int] = 500
    public: ClassVar[str] = N_("Something went wrong on our side. Nothing that you entered is lost.")

    def __init_subclass__(cls, *, kind: str = "") -> None:
        """A renamed class keeps the name of its rows: `class NewName(AppError, kind="OldName")`."""
        super().__init_subclass__()
        cls.kind = kind or cls.__name__


class SettingsWrong(AppError):
    """A setting is missing or wrong; the start is refused."""


class BadInput(AppError):
    """A person's input cannot be used; `field` is where and the message id is why."""

    status = 422
    public = N_("Please check what you entered.")

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(AppError):
    """The visitor has no right to do this in the application."""

    status = 403
    public = N_("Only a portal administrator can do this.")


class NotFound(AppError):
    """There is no such page or record in this portal."""

    status = 404
    public = N_("There is no such page or record.")


class Unavailable(AppError):
    """Our own database does not answer; the same request may work in a minute."""

    retryable = True
    status = 503
    public = N_("Our database does not answer right now. Try again in a minute.")


class Refused(AppError):
    """A frame, an event or a link could not be verified; `reason` is a stable code for the log."""

    status = 403
    public = N_("We could not verify this opening. Open the application from the portal again.")

    def __init__(self, reason: str, public: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = public or self.public


class PageStale(Refused):
    """A page's token is missing, forged or too old: the page has to be opened anew."""

    status = 401
    public = N_("This page is out of date. Refresh it to go on.")


class AdministratorFirst(Refused):
    """The opening was verified, but no administrator has opened the application in this portal yet."""

    public = N_("The application is not installed to the end. A portal administrator should open it once.")

    def __init__(self) -> None:
        super().__init__("not_installed")


class PortalError(AppError):
    """A portal or its authorization server refused; `code` and `description` are its own words."""

    status = 502
    public = N_("The portal did not answer as expected. We will try again.")

    def __init__(self, code: str = "", description: str = "", *, http: int | None = None) -> None:
        super().__init__(f"{code}: {description}".strip(": "))
        self.code = code
        self.description = description
        self.http = http


class TokenExpired(PortalError):
    """The access token lived its hour."""

    retryable = True


class TokenRejected(PortalError):
    """The tokens are of no use any more; an administrator has to open the application again."""

    public = N_("Access to the portal was lost. An administrator should open the application again.")


class ClientUnknown(TokenRejected):
    """The authorization server does not accept the application's id or key for this portal."""


class LimitReached(PortalError):
    """Too many requests for now."""

    retryable = True
    public = N_("The portal asks to slow down. We will go on in a moment.")


class OperationLimited(LimitReached):
    """A method used up its operating time; `reset_at` is when it is free again."""

    def __init__(
        self,
        code: str = "",
        description: str = "",
        *,
        http: int | None = None,
        reset_at: datetime | None = None,
    ) -> None:
        super().__init__(code, description, http=http)
        self.reset_at = reset_at


class PlanLapsed(PortalError):
    """The portal fell to the free plan: REST works on commercial plans only."""

    public = N_("The portal's plan has ended, so applications may not ask it. Renew the plan first.")


class MarketplaceEnded(PortalError):
    """The Marketplace subscription, or the application's own paid period, has ended."""

    public = N_("The Marketplace subscription has ended, so applications may not ask the portal.")


class PortalLocked(PortalError):
    """The portal is locked by the plan compatibility scanner or by the vendor."""

    public = N_("The portal is locked. Renew the same plan or clear what the compatibility scanner lists.")


class Overloaded(PortalLocked):
    """The vendor blocked this application's requests by hand; only its support lifts that."""

    public = N_(
        "Bitrix24 has blocked the requests of this application for overload. Ask its support to lift that."
    )


class FeatureNotInPlan(PortalError):
    """The portal's plan does not contain what was asked for."""

    public = N_("This part of the portal is not included in its plan.")


class RightMissing(PortalError):
    """The user whose access we use may not read or do this."""

    public = N_("The portal answered that the right is missing.")


class ScopeMissing(PortalError):
    """The application was not granted the permission this call needs."""

    public = N_("The application has no permission for this part of the portal.")


class AddressChanged(PortalError):
    """The portal answers at another address; `location` is what it named."""

    retryable = True

    def __init__(self, location: str) -> None:
        super().__init__("address_changed", "", http=302)
        self.location = location


class AddressRefused(PortalError):
    """The address guard does not let us call this address; the code is its reason."""

    status = 403
    public = N_(
        "The portal's address lies outside the open internet, so we do not call it. If it is your company's own "
        "portal, whoever runs the application adds the address to the setting B24APP_TRUSTED_HOSTS."
    )


class PortalGone(PortalError):
    """The portal was deleted or is closed."""

    public = N_("The portal answers that it is deleted or closed.")


class ApplicationGone(PortalError):
    """The application is not installed in this portal any more."""

    public = N_("The application is not installed in this portal any more.")


class MethodMissing(PortalError):
    """The portal has no such method: an older or smaller installation."""


class RequestWrong(PortalError):
    """The portal could not use our request: a bug of ours."""


class VendorFault(PortalError):
    """The portal failed inside; later it may work."""

    retryable = True


class AnswerBroken(VendorFault):
    """The answer is cut, too big or of a wrong type."""


class ListIncomplete(VendorFault):
    """A list kept changing while it was read, so that its completeness could not be proved."""

    public = N_("The list kept changing while we read it. We will read it again.")


class UnknownRefusal(VendorFault):
    """A refusal whose code is in no table: taken as temporary, and counted."""


class Unreachable(PortalError):
    """No connection, or no answer in time; `sent` is whether the portal may have received the request."""

    retryable = True
    public = N_("The portal cannot be reached right now. We will try again.")

    def __init__(
        self, code: str = "", description: str = "", *, http: int | None = None, sent: bool = True
    ) -> None:
        super().__init__(code, description, http=http)
        self.sent = sent


class WriteUncertain(PortalError):
    """A write got no clear answer; it may have happened."""

    public = N_("It is not certain that the portal saved this. Please check it in the portal.")
