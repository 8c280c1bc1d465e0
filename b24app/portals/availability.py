"""Watching what a portal answers: access that died, a portal that refuses REST, a portal that is back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from b24app.bitrix24.call_log import MOST_ERROR, CallEntry, CallLog
from b24app.bitrix24.oauth import TokenState
from b24app.database import db
from b24app.errors import (
    ApplicationGone,
    MarketplaceEnded,
    PlanLapsed,
    PortalError,
    PortalLocked,
    TokenRejected,
)
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.token_store import AccessStore
from b24app.services import services

DEAD_ACCESS: Mapping[type[PortalError], TokenState] = {
    TokenRejected: TokenState.REVOKED,
    ApplicationGone: TokenState.UNINSTALLED,
}
BLOCKS: Mapping[type[PortalError], str] = {
    PlanLapsed: "plan",
    MarketplaceEnded: "marketplace",
    PortalLocked: "locked",
}


@dataclass(slots=True)
class AvailabilityWatch:
    """A log of calls that also draws conclusions; `access` is None while a visitor is being asked about."""

    log: CallLog
    portal_id: int
    status: str
    access: AccessStore | None = None

    def record(self, entry: CallEntry, error: PortalError | None = None) -> None:
        """Write the call down and note what it says about the access and the portal."""
        self.log.record(entry, error)
        if error is not None:
            self._note(error, _words(entry.answer))
        elif self.status == InstallStatus.BLOCKED:
            self._set(InstallStatus.ACTIVE, "")
            services().queue.at_once("portal_back", self.portal_id)

    def _note(self, error: PortalError, words: str) -> None:
        state, block = DEAD_ACCESS.get(type(error)), BLOCKS.get(type(error))
        if state is not None and self.access is not None:
            self.access.set_state(state)
        if block is not None and self._is_news(block):
            code = error.code[:MOST_ERROR]
            services().queue.at_once("portal_refused", self.portal_id, block, code, words)

    def _is_news(self, reason: str) -> bool:
        """Whether the portal has not refused before, or refused for another reason; keeps the new one."""
        if self.status == InstallStatus.ACTIVE:
            self._set(InstallStatus.BLOCKED, reason)
            return True
        other = update(Portal).where(
            Portal.id == self.portal_id,
            Portal.status == InstallStatus.BLOCKED,
            Portal.blocked_reason != reason,
        )
        with Session(db.engine) as session:
            changed = session.execute(other.values(blocked_reason=reason))
            session.commit()
        return int(getattr(changed, "rowcount", 0)) == 1

    def _set(self, status: InstallStatus, reason: str) -> None:
        with Session(db.engine) as session:
            mine = update(Portal).where(Portal.id == self.portal_id, Portal.status == self.status)
            session.execute(mine.values(status=status, blocked_reason=reason))
            session.commit()
        self.status = status


def _words(answer: str) -> str:
    try:
        return str(json.loads(answer).get("error_description", ""))
    except (ValueError, AttributeError):
        return ""
