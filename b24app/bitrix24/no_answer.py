"""Errors of a portal that does not answer as one: silence, a line cut, a certificate, a page, its server away, left alone.

AnswerBroken
└── PageInstead            a web page, 403 or 404 where REST should answer
Unreachable
├── NoAnswer               nothing whole came in time
├── LineCut                the connection broke off
├── CertificateRefused     the certificate is not accepted
├── AuthorizationAway      the authorization server did not answer
└── PortalRests            it did not answer lately: nothing was sent
"""

from datetime import datetime

from b24app.errors import AnswerBroken, Unreachable
from b24app.text.messages import N_


class PageInstead(AnswerBroken):
    """A web page came, or a bare status, where REST should answer: another site, a closed one, a gateway in trouble."""

    public = N_(
        "A web page answered in the place of the portal's REST. The address may belong to another site now, or something "
        "in front of the portal keeps us out."
    )


class NoAnswer(Unreachable):
    """Nothing whole came in time: no connection, no headers, or a body that drips."""

    public = N_("The portal did not answer in time. We will try again.")


class LineCut(Unreachable):
    """The connection broke off before the answer was there."""


class CertificateRefused(Unreachable):
    """The certificate of the address is not accepted, so nothing was sent."""

    public = N_(
        "The certificate of the portal's address is not accepted: it has ended, is another name's, or nobody we know "
        "vouches for it. Whoever keeps the address has to renew it."
    )


class AuthorizationAway(Unreachable):
    """The authorization server did not answer, or a page came in its place, so our access could not be renewed."""

    public = N_(
        "The authorization server of Bitrix24 does not answer, so our access to the portal could not be renewed."
    )


class PortalRests(Unreachable):
    """The portal did not answer lately, so it is left alone for a while; nothing was sent."""

    public = N_(
        "The portal does not answer, so we leave it alone for a while and then ask again by ourselves."
    )

    def __init__(self, code: str = "rests", *, reset_at: datetime | None = None) -> None:
        super().__init__(code, f"until {reset_at.isoformat()}" if reset_at else "", sent=False)
        self.reset_at = reset_at
