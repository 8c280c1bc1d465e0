"""Pages of the checklist: checks, questions, the register, history of runs, and the comparison after activation."""

from flask import Blueprint

blueprint = Blueprint("checklist", __name__)

from b24app.checklist.views import after, board, history, owners, progress, questions, register, rows  # noqa: E402

__all__ = ["after", "blueprint", "board", "history", "owners", "progress", "questions", "register", "rows"]
