"""The answer to an integrator's request: who asks, rights one by one, for how long; given, declined, taken back."""

from collections.abc import Iterable

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from flask_htmx import make_response

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.consents import MONTHS, ConsentChoice, end_by_client, leave_terms_alone
from b24app.integrators.invitations import InvitationView, find_by_digest, spaced
from b24app.integrators.request_answers import accept, ask_code, decline, is_for, take_decline_back
from b24app.integrators.rights import RIGHT_TITLES, Right, in_order, whole
from b24app.pages.settings.access_drawing import ONLY_TERMS, draw_access
from b24app.pages.settings.consent_view import (
    Ask,
    ask_url,
    first_rights,
    living_accesses,
    read_ask,
    right_rows,
    until,
)
from b24app.pages.settings.own_people import demand_own
from b24app.services import services
from b24app.text.messages import N_, sentence
from b24app.web import author, fragment, framed, page, toast
from b24app.web.sealed_ask import open_ask, seal_ask

blueprint = Blueprint("consent_answer", __name__)
HOME = "/settings/integrator"


def open_request(frame: Frame, view: InvitationView) -> ResponseReturnValue:
    """The page of a request whose code was entered; its address is the request's own."""
    url = ask_url(view)
    g.page_path = url
    answer: Response = make_response(_draw(frame, url.rpartition("/")[2]), push_url=url)
    return answer


@blueprint.get("/settings/integrator/asks/<sealed>")
@framed(admin=True)
def show_request(frame: Frame, sealed: str) -> str:
    """Who asks, for what and for how long."""
    return _draw(frame, sealed)


def redraw_request(frame: Frame, wrong: BadInput) -> str:
    """The page as it was filled in, with what is wrong."""
    sealed = (request.view_args or {}).get("sealed", "")
    g.page_path = f"{HOME}/asks/{sealed}"
    return _draw(frame, sealed, wrong)


def _draw(frame: Frame, sealed: str, wrong: BadInput | None = None) -> str:
    now = services().clock.now()
    ask = read_ask(sealed, now)
    if ask is None:
        return page("settings/request_gone.html", frame, wrong=wrong)
    others = [one for one in living_accesses(now) if one.view.integrator_id != ask.view.integrator_id]
    return page(
        "settings/request.html",
        frame,
        ask=ask,
        code=spaced(ask.view.code) if ask.view.client_portal_id is None else "",
        others=others,
        only_terms=ONLY_TERMS,
        months=MONTHS,
        wrong={wrong.field: wrong.message} if wrong else {},
        **_chosen(ask, typed=wrong is not None),
    )


def _chosen(ask: Ask, *, typed: bool) -> dict[str, object]:
    """The switches, typed or in their first state, and the text of the button for them."""
    chosen = _rights(request.values.getlist("rights")) if typed else first_rights(ask)
    months = _months(request.values.get("months", "")) if typed else ask.view.months
    prolongs = typed and request.values.get("prolongs") == "yes"
    given = whole(chosen)
    return {
        "rights": right_rows(ask, chosen),
        "chosen_months": months,
        "prolongs": prolongs,
        "given": len(given),
        "idle": [RIGHT_TITLES[right] for right in in_order(chosen - given)],
        "until": until(services().clock.now(), months or ask.view.months, prolongs=prolongs),
    }


@blueprint.get("/settings/integrator/asks/<sealed>/button")
@framed(admin=True)
def draw_button(frame: Frame, sealed: str) -> str:
    """The button alone, for the present switches."""
    ask = read_ask(sealed, services().clock.now())
    if ask is None:
        raise NotFound
    return fragment("settings/request.html", "give", frame, ask=ask, wrong={}, **_chosen(ask, typed=True))


@blueprint.post("/settings/integrator/asks/<sealed>/give")
@framed(admin=True, asks_portal=True, redraw=redraw_request)
def give(frame: Frame, sealed: str) -> ResponseReturnValue:
    """Give the rights that are switched on; the portal is asked whether the person is one of its own."""
    ask = _read(sealed)
    demand_own(frame, ask_code(ask.view))
    choice = ConsentChoice(
        _rights(request.form.getlist("rights")),
        _months(request.form.get("months", "")),
        request.form.get("prolongs") == "yes",
    )
    accept(_read(sealed).view, choice, by=author(frame), at=services().clock.now())
    _settle_others(frame, ask)
    toast(sentence(N_("%(name)s has access now"), name=ask.party.name))
    return _home(frame)


def _settle_others(frame: Frame, ask: Ask) -> None:
    """What happens to another integrator's access: it stays, keeps the terms alone, or ends."""
    by, now = author(frame), services().clock.now()
    for one in living_accesses(now):
        wish = request.form.get(f"other_{one.view.code}", "keep")
        if one.view.integrator_id == ask.view.integrator_id or wish not in {"terms", "end"}:
            continue
        if wish == "end":
            end_by_client(one.view.code, by=by, at=now)
        else:
            leave_terms_alone(one.view.code, by=by, at=now)


@blueprint.post("/settings/integrator/asks/<sealed>/decline")
@framed(admin=True, redraw=redraw_request)
def refuse(frame: Frame, sealed: str) -> ResponseReturnValue:
    """Decline; who asked is notified."""
    ask = _read(sealed)
    decline(ask.view, by=author(frame), at=services().clock.now())
    toast(
        sentence(N_("Declined: %(name)s will be told"), name=ask.party.name),
        undo=f"{HOME}/asks/{seal_ask(ask.view.digest)}/again",
    )
    return _home(frame)


@blueprint.post("/settings/integrator/asks/<sealed>/again")
@framed(admin=True)
def let_back(frame: Frame, sealed: str) -> ResponseReturnValue:
    """Take the refusal back: the request waits for an answer again."""
    view = find_by_digest(open_ask(sealed))
    if view is None or not is_for(view, frame.portal_id):
        raise NotFound
    take_decline_back(view, by=author(frame), at=services().clock.now())
    return open_request(frame, view)


def _read(sealed: str) -> Ask:
    """The request while it waits. Raises BadInput for one that was answered or is over, such as by another administrator."""
    ask = read_ask(sealed, services().clock.now())
    if ask is None:
        raise BadInput(N_("This request waits no more: it was answered, taken back or has gone."), "ask")
    return ask


def _home(frame: Frame) -> ResponseReturnValue:
    """The place itself, after an answer."""
    g.page_path = HOME
    answer: Response = make_response(draw_access(frame), push_url=HOME)
    return answer


def _rights(codes: Iterable[str]) -> frozenset[Right]:
    """The rights that are switched on, also those of no use without another."""
    known = {str(right): right for right in Right}
    return frozenset(known[code] for code in codes if code in known)


def _months(text: str) -> int:
    return int(text) if text in {str(one) for one in MONTHS} else 0
