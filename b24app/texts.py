"""Marks texts for translation where they are written; the web edge translates them."""


def N_(message: str) -> str:  # noqa: N802 - the customary gettext name
    """Mark a message id for extraction and return it unchanged."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - the customary gettext name, doubled
    """Mark a message id and its plural for extraction and return both unchanged."""
    return one, many
