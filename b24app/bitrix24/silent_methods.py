"""Which methods' values no log may hold, and whose names are names of things; a table by method. Pure."""

import functools
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a log may keep of one method's request and answer."""

    silent: bool = False
    """Keys only: the values are settings of payments, deliveries and cash registers."""
    things: bool = False
    """Names and titles are those of things, such as pay systems and stages; otherwise people may stand there."""


# Settings that hold passwords and keys of shops: reading, writing, and what handlers declare about them.
SILENT = re.compile(
    r"sale\.(paysystem\.(settings\..+|add|update|handler\.(add|update))"
    r"|delivery\.(config\..+|add|update|handler\.(add|update)|extra\.service\..+)"
    r"|cashbox\..+)",
    re.IGNORECASE,
)
# Configuration without people, that the checks read; everything else may hold people's names.
THINGS = re.compile(
    r"(sale\.(paysystem|delivery|status|statuslang|persontype|tradeplatform|tradebinding|property|businessvalue)"
    r"|catalog\.(catalog|store|pricetype|vat|measure|document)|crm\.(status|category|type|currency|enum|automation)"
    r"|landing|imconnector|imopenlines\.config|bizproc\.(workflow\.template|robot|activity)|feature|event|placement"
    r"|biconnector|mailservice|app|server|documentgenerator\.template)\..+"
    r"|.+\.(fields|userfield\.list)|scope|methods|events",
    re.IGNORECASE,
)
EVERYTHING = Keeping()


@functools.lru_cache(maxsize=1024)
def keeping_of(method: str) -> Keeping:
    """What may be kept of a method; of an unknown one, names may be people's."""
    return Keeping(silent=SILENT.fullmatch(method) is not None, things=THINGS.fullmatch(method) is not None)
