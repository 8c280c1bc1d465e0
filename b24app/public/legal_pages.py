"""The licence agreement and the privacy policy, each at an address of its own that opens at once."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import SecretStr

from b24app.backup.settings_versions.kept_titles import kept_titles
from b24app.legal.legal_documents import LICENCE, PRIVACY, LegalDocument, law_for, was_read
from b24app.operator_settings import read_processors
from b24app.services import services
from b24app.text.formats import locale
from b24app.web.access import public
from b24app.web.legal_links import PATHS

blueprint = Blueprint("legal", __name__)
REGION = re.compile(r"[a-z]{2,8}")


@blueprint.get(PATHS[LICENCE.code])
@public
def licence() -> ResponseReturnValue:
    """The licence agreement with the instruction to process personal data."""
    return _draw(LICENCE)


@blueprint.get(PATHS[PRIVACY.code])
@public
def privacy() -> ResponseReturnValue:
    """What is kept, what for, by which right, for how long, and what people may ask."""
    return _draw(PRIVACY, permissions=services().manifest.permissions, kept_settings=kept_titles())


def _draw(document: LegalDocument, **values: object) -> str:
    settings, region = services().settings, _region()
    return render_template(
        f"legal/{document.code}.html",
        document=document,
        settings=settings,
        version=services().manifest.version,
        was_read=was_read(document, settings.lawyer_read, services().clock.now().date()),
        law=law_for(locale().language, region, settings.operator_country),
        region_part=f"&region={region}" if region else "",
        processors_set=bool(settings.processors),
        processors=read_processors(settings.processors),
        mail_host=_host(settings.smtp_url),
        sentry_host=_host(settings.sentry_dsn),
        **values,
    )


def _region() -> str:
    """The region that the reader's page has named; nothing when none did, or in another shape than a region has."""
    asked = request.args.get("region", "").lower()
    return asked if REGION.fullmatch(asked) else ""


def _host(address: SecretStr | None) -> str:
    """The server of an address, without name and password."""
    return urlsplit(address.get_secret_value()).hostname or "" if address else ""
