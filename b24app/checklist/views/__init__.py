"""Pages of the checklist: checks, questions, the register, history of runs, and the comparison after activation."""

from flask import Blueprint

blueprint = Blueprint("checklist", __name__)

from b24app.checklist.views import (  # noqa: E402 - pages register themselves
    after,  # noqa: F401
    board,  # noqa: F401
    history,  # noqa: F401
    questions,  # noqa: F401
    register,  # noqa: F401
)
