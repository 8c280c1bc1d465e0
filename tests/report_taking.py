"""Takes a report file as a person does: asks for it, lets the worker make it, and takes it."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.actors import Opened
from tests.installation import do_jobs


def take_report(opened: Opened, kind: str, **form: Any) -> TestResponse:
    """The file of the present result; a run that began at the opening changes it once more."""
    for _turn in range(3):
        asked = opened.download(f"/shop/report.{kind}", **form)
        if asked.status_code != 202:
            break
        do_jobs(opened.client.application)
    return asked


def take_outside(visitor: FlaskClient, path: str) -> TestResponse:
    """The PDF behind an address outside the portal."""
    asked = visitor.get(f"{path}.pdf")
    if asked.status_code != 202:
        return asked
    do_jobs(visitor.application)
    return visitor.get(f"{path}.pdf")
