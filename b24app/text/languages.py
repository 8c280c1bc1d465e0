"""Which of our languages a person reads, given the code that a portal uses."""

RUSSIAN_READERS = frozenset({"ru", "by", "be", "kz", "kk"})
SPOKEN = ("ru", "en")


def spoken(code: str, otherwise: str = "en") -> str:
    """Our language for a portal's code: Russian for its readers, English for the rest (needs.md §6.3)."""
    short = code.strip().lower().replace("_", "-").partition("-")[0]
    if not short:
        return otherwise
    if short in RUSSIAN_READERS:
        return "ru"
    return short if short in SPOKEN else "en"
