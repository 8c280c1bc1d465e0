"""Public pages that a marketplace card links to: about, help, support, licence, privacy."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from b24app.services import services
from b24app.web.access import public

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@public
def about() -> ResponseReturnValue:
    """What this is and where it opens."""
    return render_template("web/about.html")


@blueprint.get("/help")
@public
def help_page() -> ResponseReturnValue:
    """How to begin and what to do when something does not work."""
    return render_template("web/help.html", support=services().settings.support_contact)


@blueprint.get("/support")
@public
def support() -> ResponseReturnValue:
    """Whom to write and what to name."""
    return render_template("web/support.html", support=services().settings.support_contact)


@blueprint.get("/legal/licence")
@public
def licence() -> ResponseReturnValue:
    """The licence agreement."""
    return render_template("web/licence.html", support=services().settings.support_contact)


@blueprint.get("/legal/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept, for how long, and how to have it erased."""
    return render_template(
        "web/privacy.html", settings=services().settings, scopes=services().manifest.scopes
    )
