"""The number of open mass losses, for the tab."""

from sqlalchemy import select

from b24app.backup.proofs.model import MassLoss
from b24app.portal_rows import PortalRows

OPEN = PortalRows(select(MassLoss).where(MassLoss.closed_at.is_(None)), without=("content", "name"))


def count_open_alarms() -> int:
    """How many mass losses of this portal are open."""
    return len(OPEN.read())
