"""rest.documentation.openapi: which methods of REST 3.0 there are; `documentation` is its short name."""

from __future__ import annotations

from typing import Any

from sandbox.rest.registry import Call
from sandbox.rest3.rest3_registry import METHODS, method


@method("documentation")
@method("rest.documentation.openapi")
def describe_methods(_call: Call) -> Any:
    """rest.documentation.openapi: names only, the schemas of a portal are not drawn here."""
    names = [name for name in METHODS if not name.endswith(("documentation", "openapi"))]
    return {
        "openapi": "3.0.0",
        "info": {"title": "Bitrix24 REST V3 API", "version": "1.0.0"},
        "tags": [
            {"name": module, "description": f"{module} module methods"}
            for module in sorted({name.partition(".")[0] for name in names})
        ],
        "paths": {f"/{name}": {} for name in names},
    }
