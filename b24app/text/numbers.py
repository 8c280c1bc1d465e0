"""A number as people type it: any of the four spaces between thousands, a comma or a point before the fraction. Pure."""

SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")


def plain_number(text: str) -> str:
    """«13 990,50» as 13990.50; what is no number stays for the reader to judge."""
    return text.translate(SPACES).strip().replace(",", ".")
