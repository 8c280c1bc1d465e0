"""The token endpoint of an authorization server, by Authlib: one POST, bounded, with refusals read by our table."""

from collections.abc import Mapping
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from urllib3.exceptions import HTTPError

from b24app.bitrix24.error_codes import read_error_body, read_status
from b24app.bitrix24.transport import Limits, bound_body, unreachable
from b24app.errors import AddressRefused
from b24app.guard import PlaceRefused

TOKEN_LIMITS = Limits(connect=5.0, silence=20.0, whole=30.0, body=1024 * 1024)
IN_THE_FORM = {"token_endpoint_auth_method": "client_secret_post"}


def ask_for_tokens(
    session: requests.Session, server: str, client: tuple[str, str], **fields: str
) -> Mapping[str, Any]:
    """Post a grant with our id and key in the form, so that no log of addresses sees them; raises PortalError."""
    oauth = OAuth2Session(*client, **IN_THE_FORM)
    oauth.adapters, oauth.verify, oauth.trust_env = session.adapters, session.verify, session.trust_env
    oauth.register_compliance_hook("access_token_response", _refuse)
    try:
        return dict(
            oauth.fetch_token(
                f"{server}/oauth/token/",
                **fields,
                allow_redirects=False,
                stream=True,
                hooks={"response": lambda response, **_: bound_body(response, TOKEN_LIMITS)},
                timeout=(TOKEN_LIMITS.connect, TOKEN_LIMITS.silence),
            )
        )
    except PlaceRefused as error:
        raise AddressRefused(error.reason) from None
    except (requests.RequestException, HTTPError, OSError) as error:
        raise unreachable(error) from None


def _refuse(response: requests.Response) -> requests.Response:
    """Read refusals ourselves: Authlib chokes on quotes in a description and has no meaning for HTML."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise read_status(response.status_code)
    if "error" in body:
        raise read_error_body(body, response.status_code)
    return response
