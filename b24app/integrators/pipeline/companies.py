"""The company of a client in the integrator's CRM: found by INN, by the address of its portal, or named by hand."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.integrators.pipeline import crm_calls as crm
from b24app.integrators.pipeline.given_clients import GivenClient
from b24app.integrators.pipeline.model import PipelineClient
from b24app.integrators.pipeline.states import READY, CompanyMatch
from b24app.rest_client import Answer, RestClient
from b24app.single_rows import single_row
from b24app.text.messages import N_

TYPED = re.compile(r"(?:\d{1,12}|(?:https?://[^/\s]+)?/?crm/company/(?:details|show)/(\d{1,12})/?\S*)\Z")


def client_row(client_id: int) -> PipelineClient:
    """The row of a client in the pipeline of the portal in scope."""
    return single_row(PipelineClient, client_id=client_id)


def settle_company(client: RestClient, given: GivenClient) -> bool:
    """Look for a client's company unless it is found or chosen already; returns whether its deals may be made."""
    row = client_row(given.client_id)
    if row.match in READY:
        return True
    found = _look(client, given)
    row = client_row(given.client_id)
    if row.match in READY:  # a person has chosen meanwhile
        return True
    row.company_id, row.match = found or (None, CompanyMatch.NOT_FOUND)
    db.session.flush()
    return row.match in READY


def _look(client: RestClient, given: GivenClient) -> tuple[int, CompanyMatch] | None:
    """The only company with its INN, else the only one with the address; of several with one INN a person chooses."""
    if given.inn:
        rows = crm.rows_in(crm.ask(client, crm.companies_by_inn(given.inn)))
        owners = {crm.number_in(row, "ENTITY_ID") for row in rows} - {0}
        if owners:
            return (owners.pop(), CompanyMatch.INN) if len(owners) == 1 else None
    owners = set(_by_address(client, given.domain))
    return (owners.pop(), CompanyMatch.DOMAIN) if len(owners) == 1 else None


def _by_address(client: RestClient, domain: str) -> Iterator[int]:
    """Ask for every form of the address in one request: sites are compared by their exact text."""
    written = (domain, f"https://{domain}", f"https://{domain}/", f"http://{domain}", f"http://{domain}/")
    db.session.commit()
    answers = client.batch({one: crm.companies_by_site(one) for one in written})
    for one in written:
        answer = answers[one]
        if not isinstance(answer, Answer):
            raise answer
        yield from (number for row in crm.rows_in(answer.result) if (number := crm.number_in(row, "ID")))


def choose_company(client_id: int, typed: str) -> None:
    """A person names the company by its number or address, or an empty text: the deal has none; raises BadInput."""
    row = db.session.scalar(select(PipelineClient).where(PipelineClient.client_id == client_id))
    if row is None:
        raise NotFound
    typed = typed.strip()
    found = TYPED.match(typed)
    if typed and found is None:
        raise BadInput(N_("Write the number of the company or the address of its card."), "company")
    number = int(found[1] or typed) if found else 0
    row.company_id, row.match = (number, CompanyMatch.HAND) if number else (None, CompanyMatch.NONE)
    row.looked_version, row.problem = "", ""
    db.session.flush()
