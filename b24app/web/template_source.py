"""The source of templates is indented for readers; visitors get pages without the indentation."""

import re

from jinja2.ext import Extension

INDENTATION = re.compile(r"\n\s+")


class Unindented(Extension):
    """Takes indentation and empty lines out of the source of pages, never out of values; letters and sheets keep theirs."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source that is compiled."""
        del filename
        return INDENTATION.sub("\n", source) if (name or "").endswith(".html") else source
