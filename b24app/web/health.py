"""Health for the platform that runs us: alive, and ready to work."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from b24app.database import db
from b24app.services import services
from b24app.web.access import public

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """The database and the queue answer too."""
    parts = {"database": _works(_ask_database), "queue": _works(_ask_queue)}
    good = all(word == "ok" for word in parts.values())
    return jsonify(status="ok" if good else "failed", **parts), 200 if good else 503


def _ask_database() -> None:
    db.session.execute(text("SELECT 1"))


def _ask_queue() -> None:
    services().queue.waiting()


def _works(ask: object) -> str:
    try:
        ask()  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
        return type(error).__name__
    return "ok"
