"""Installing, as an object: each step ends in a named outcome with a sentence and a next step."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from b24app.database import db
from b24app.errors import PortalError, RightMissing, ScopeMissing
from b24app.portals.bindings import BindOutcome, BindReport, WantedBindings, bind_all
from b24app.portals.model import InstallStatus, Portal
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.text.messages import N_


class InstallOutcome(StrEnum):
    """How a step of an installation ended."""

    BOUND = "bound"
    PARTLY = "partly"
    RIGHT_MISSING = "right_missing"
    SCOPE_MISSING = "scope_missing"
    NOTHING_BOUND = "nothing_bound"
    PORTAL_REFUSED = "portal_refused"
    INSTALLED = "installed"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """What a person reads about an outcome: what happened and what to do next."""

    sentence: str
    next_step: str
    good: bool = True


WORDS = {
    InstallOutcome.BOUND: OutcomeWords(
        N_("The application is in its places."), N_("Tell us when the plan ends.")
    ),
    InstallOutcome.PARTLY: OutcomeWords(
        N_("The application is in its places; this portal does not have some of them."),
        N_("Go on: everything else works."),
    ),
    InstallOutcome.RIGHT_MISSING: OutcomeWords(
        N_("The portal does not let you add applications to its pages."),
        N_("Ask a portal administrator to open the application."),
        good=False,
    ),
    InstallOutcome.SCOPE_MISSING: OutcomeWords(
        N_("The application was not given the permission to add its pages."),
        N_("Install the application again and confirm all its permissions."),
        good=False,
    ),
    InstallOutcome.NOTHING_BOUND: OutcomeWords(
        N_("The portal accepted none of the application's pages."),
        N_("Try again. If it does not help, write to us and name the portal's answer."),
        good=False,
    ),
    InstallOutcome.PORTAL_REFUSED: OutcomeWords(
        N_("The portal did not answer as expected."), N_("Wait a minute and try again."), good=False
    ),
    InstallOutcome.INSTALLED: OutcomeWords(N_("The application is installed."), N_("Go to the overview.")),
    InstallOutcome.REPEATED: OutcomeWords(
        N_("The application had been installed before; its data is in place."), N_("Go to the overview.")
    ),
}


@dataclass(frozen=True, slots=True)
class InstallStep:
    """The end of one step: its outcome and, after binding, what exactly was bound and refused."""

    outcome: InstallOutcome
    report: BindReport | None = None
    error: PortalError | None = None

    @property
    def words(self) -> OutcomeWords:
        """The sentence and the next step."""
        return WORDS[self.outcome]


@dataclass(frozen=True, slots=True)
class Installation:
    """One run of the wizard in one portal: `bind`, then `finish`; both may be repeated."""

    portal_id: int
    wanted: WantedBindings
    open_door: Callable[[int], RestClient]

    def bind(self) -> InstallStep:
        """Put our placements and events into the portal."""
        try:
            found = bind_all(self.open_door(self.portal_id), self.wanted)
        except PortalError as error:
            return InstallStep(_reason(error), error=error)
        if found.outcome is BindOutcome.REFUSED:
            first = next(iter(found.refused.values()))
            return InstallStep(_reason(first, InstallOutcome.NOTHING_BOUND), found, first)
        return InstallStep(
            InstallOutcome.PARTLY if found.outcome is BindOutcome.PARTLY else InstallOutcome.BOUND, found
        )

    def finish(self) -> InstallStep:
        """Call the install active; the portal's own flag is set by the page (`installFinish`)."""
        portal = db.session.get_one(Portal, self.portal_id)
        before, portal.status = portal.status, InstallStatus.ACTIVE
        portal.blocked_reason = ""
        repeated = portal.installed_at is not None
        portal.installed_at = services().clock.now()
        if before != InstallStatus.ACTIVE:
            services().queue.later("installed", portal.id)
        db.session.flush()
        return InstallStep(InstallOutcome.REPEATED if repeated else InstallOutcome.INSTALLED)


def _reason(error: PortalError, otherwise: InstallOutcome = InstallOutcome.PORTAL_REFUSED) -> InstallOutcome:
    if isinstance(error, RightMissing):
        return InstallOutcome.RIGHT_MISSING
    return InstallOutcome.SCOPE_MISSING if isinstance(error, ScopeMissing) else otherwise
