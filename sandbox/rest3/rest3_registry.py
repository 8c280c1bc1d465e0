"""The registry of REST 3.0 methods; they exist there only, and an older address does not find them."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.rest.registry import Handler, Method

METHODS: dict[str, Method] = {}


def method(name: str, *, scope: str = "", right: str = "any") -> Callable[[Handler], Handler]:
    """Register a function as the answer to a REST 3.0 method."""

    def register(answer: Handler) -> Handler:
        METHODS[name] = Method(
            name, scope, right, application_only=False, batchable=True, denial=None, answer=answer
        )
        return answer

    return register
