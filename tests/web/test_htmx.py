"""Whatever depends on htmx asks its extension; only what the extension has no word for is written by hand."""

import re

from b24app.manifest import ROOT

WRITTEN = {
    ("client_refusals.py", "HX-Reselect"),  # an answer's header that the extension cannot set
    ("client_pages.py", "hx-get"),  # attributes of a page that is drawn, which is read once more
    ("client_pages.py", "hx-headers"),
    ("edge.py", "HX-Request"),  # what an answer varies by
    ("monitoring.py", "hx-request"),  # a request's header that may stand in a report of an error
}


def test_no_module_reads_or_writes_the_headers_of_htmx_that_its_extension_knows() -> None:
    found = {
        (path.name, header)
        for path in (ROOT / "b24app").rglob("*.py")
        for header in re.findall(r"\bhx-[a-z][a-z-]*", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert found == WRITTEN
