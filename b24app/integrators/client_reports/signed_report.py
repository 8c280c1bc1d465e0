"""The signed page of a report: its address, what it shows at this moment, and its openings by people.

What the client takes back disappears from it at once: the consent and its rights are read at every opening.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import or_, select, update

from b24app.database import db, every_portal, portal_scope
from b24app.errors import NotFound, Refused
from b24app.integrators.client_reports.model import ClientReport, ReportState
from b24app.integrators.client_reports.report_content import ReportContent, narrowed
from b24app.integrators.client_reports.report_drafts import read_content
from b24app.integrators.client_reports.report_look import ReportHead, get_look, read_head
from b24app.integrators.consents import find_consent
from b24app.integrators.logo import logo_address
from b24app.integrators.members import get_integrator
from b24app.integrators.rights import whole
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.text.messages import N_

SHOWN = (ReportState.LEAVING, ReportState.SENT, ReportState.FAILED, ReportState.APPROVED)
SAME_VISIT = timedelta(minutes=10)
LIVES = timedelta(days=400)
FORGED = N_("This address is not complete. Copy it again from the letter.")


class ReportGone(NotFound):
    """The report is shown no more: the access it was made by has ended, or it is older than a year."""

    status = 410
    public = N_("This report is not shown any more.")


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report as its reader sees it."""

    head: ReportHead
    logo: str
    content: ReportContent
    foreword: str


def report_address(code: str) -> str:
    """The address of a report's page."""
    return f"{services().settings.public_url}/client-reports/{_signer().dumps(code)}"


def read_signed(token: str, now: datetime) -> ShownReport:
    """What a signed address shows at this moment; raises Refused, ReportGone."""
    row = _row_of(token)
    consent = find_consent(row.portal_id, row.consent_code, now)
    portal = db.session.get(Portal, row.client_id)
    content = read_content(row)
    gone = portal is None or portal.status == InstallStatus.DELETED or now - row.made_at > LIVES
    if consent is None or content is None or gone or row.attempt == 0:
        raise ReportGone
    with portal_scope(row.portal_id):
        own = get_integrator()
        if own is None:
            raise ReportGone
        head = read_head(row.head) or get_look().head
        logo = logo_address(own)
    return ShownReport(head, logo, narrowed(content, whole(consent.rights)), row.foreword)


def note_opening(token: str, now: datetime) -> None:
    """Count that a person has opened the page; the same visit within ten minutes counts once."""
    row = _row_of(token)
    again = ClientReport.opened_at < now - SAME_VISIT, ClientReport.opened_at > now
    with every_portal():
        db.session.execute(
            update(ClientReport)
            .where(ClientReport.id == row.id, or_(ClientReport.opened_at.is_(None), *again))
            .values(opened=ClientReport.opened + 1, opened_at=now)
        )


def _row_of(token: str) -> ClientReport:
    try:
        code = str(_signer().loads(token))
    except BadSignature as error:
        raise Refused("link_forged", FORGED) from error
    with every_portal():
        row = db.session.scalar(select(ClientReport).where(ClientReport.code == code))
    if row is None or row.state not in SHOWN:
        raise ReportGone
    return row


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt="client-report")
