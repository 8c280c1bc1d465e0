"""The journal of an integrator's access in words: what was opened or done by its address, who, and by which right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from b24app.integrators.audit import AuditLine, Deed
from b24app.integrators.consents import End
from b24app.integrators.rights import RIGHT_TITLES, in_order, read_rights
from b24app.text.messages import N_, Sentence, sentence

PLACES = (
    ("/renewal/guide", N_("the guide to the renewal")),
    ("/renewal/blocker", N_("what blocks the renewal")),
    ("/renewal/late", N_("paying later")),
    ("/renewal", N_("“Renewal”")),
    ("/shop/compare", N_("the comparison of the shop")),
    ("/shop/changes", N_("the changes of settings")),
    ("/shop/runs", N_("the history of checks")),
    ("/shop/report", N_("the report")),
    ("/shop/register", N_("the list of other applications")),
    ("/shop/test-writes", N_("the test writes")),
    ("/shop", N_("“Shop”")),
    ("/money/documents", N_("the papers")),
    ("/money/plan", N_("the choice of a plan")),
    ("/money/terms", N_("the terms")),
    ("/money", N_("“Terms and money”")),
    ("/copy", N_("“Copy”")),
    ("/restore", N_("the restore")),
    ("/settings", N_("the settings")),
    ("/freshness", N_("how fresh the data is")),
    ("/clients/invoices", N_("the list for invoices")),
    ("/portals", N_("the line of the list of clients")),
    ("/terms", N_("the terms")),
    ("/findings", N_("what the checks found")),
    ("/cases", N_("the renewals")),
    ("/reports", N_("the report")),
    ("/runs", N_("the history of checks")),
    ("/webhooks", N_("what a signed webhook told")),
    ("/feeds", N_("the terms in a calendar or a table")),
    (
        "/clients/alerts",
        N_("an alert about this portal, in a message, the list of alerts or a task of the integrator’s own"),
    ),
    ("/clients/digest", N_("the digest of the week, in a message")),
)
"""The text of each address, the longer ones first; the last are those of the API, webhooks and feeds."""
DOINGS = (
    ("/renewal/mark", N_("a stage was marked")),
    ("/renewal/unmark", N_("a mark was taken back")),
    ("/renewal/confirm", N_("the end of the plan was confirmed")),
    ("/renewal/stage", N_("a stage was changed")),
    ("/renewal/opened", N_("a step was begun")),
    ("/renewal/compare", N_("a comparison was started")),
    ("/renewal", N_("something was changed in the renewal")),
    ("/shop/run", N_("the checks were started")),
    ("/shop/check", N_("one check was asked again")),
    ("/shop/area", N_("the checks of an area were asked again")),
    ("/shop/question", N_("a question was answered")),
    ("/shop/compare/run", N_("a comparison was started")),
    ("/shop/compare", N_("a difference was decided")),
    ("/shop/report", N_("a report was made")),
    ("/shop", N_("something was changed in “Shop”")),
    ("/money/documents", N_("papers were changed or taken")),
    ("/money/terms", N_("a term was changed")),
    ("/money", N_("something was changed in “Terms and money”")),
    ("/copy/start", N_("a copy was started")),
    ("/copy", N_("something was changed in “Copy”")),
    ("/restore", N_("a restore was prepared")),
    ("/reports/reader", N_("an address for reports to you was named")),
    ("/reports/send", N_("a report to you was sent")),
    ("/reports", N_("a report to you was prepared")),
    ("/settings", N_("something was changed in the settings")),
    ("/clients/confirm", N_("you were asked to confirm the end of the plan")),
    ("/clients/schedule", N_("how often you are asked for the date was set")),
    ("/clients/dates/undo", N_("the end of a term from a file was taken back")),
    ("/clients/dates", N_("the end of a term was entered from a file")),
    ("/freshness", N_("a fresh look was asked for")),
    ("/clients/standards", N_("a difference from a standard was decided")),
    ("/terms", N_("a term was changed")),
    ("/runs", N_("the checks were started")),
)
"""The deed of a press at an address, the longer ones first."""
ELSEWHERE, DONE_ELSEWHERE = N_("another page"), N_("something was done on another page")
LOOKED, ACTED = N_("Seen: %(place)s"), N_("Done: %(place)s")
NOT_SEEN, NOT_DONE = N_("Not shown: %(place)s"), N_("Not done: %(place)s")
OWN_DEEDS: Mapping[str, str] = {
    Deed.GRANTED: N_("Access was given"),
    Deed.CHANGED: N_("The rights were changed"),
    Deed.ENDED: N_("The access was ended"),
    Deed.RESUMED: N_("The access was given back"),
    Deed.DECLINED: N_("Declined the request of %(name)s"),
    Deed.ASKED: N_("Took the refusal back: %(name)s may be answered again"),
    Deed.REQUESTED: N_("Asked for more rights"),
}
ENDS: Mapping[str, str] = {
    End.TIME: N_("The access ended by its day"),
    End.DECLARATION: N_("The access ended: the portal of the other side is no integrator’s any more"),
    End.REMOVED: N_("The access ended: the application was removed from a portal"),
}
REFUSED_GRANT = N_("Wanted to give access: refused, the account is an integrator’s")
REFUSED_CHANGE = N_("Wanted to change the access: refused, the account is an integrator’s")
UNKNOWN_DEED = N_("Something was done")
WITH_RIGHTS = frozenset({Deed.GRANTED, Deed.CHANGED, Deed.RESUMED, Deed.REQUESTED})
SHAPES: Mapping[str, str] = {
    Deed.LOOKED: "eye",
    Deed.ACTED: "pencil",
    Deed.GRANTED: "pass",
    Deed.CHANGED: "pencil",
    Deed.ENDED: "close",
    Deed.RESUMED: "undo",
    Deed.DECLINED: "na",
    Deed.ASKED: "undo",
    Deed.REQUESTED: "plus",
}
LOOKS, ACTS = (Deed.LOOKED,), tuple(deed for deed in Deed if deed is not Deed.LOOKED)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One line of the journal as it is read."""

    at: datetime
    last_at: datetime
    person: str
    whose: str
    shape: str
    text: Sentence
    right: str
    refused: bool
    rights: tuple[str, ...] = ()


def journal_row(line: AuditLine) -> JournalRow:
    """A line in words; a deed that is unknown to this release is shown as something done."""
    right = next((title for one, title in RIGHT_TITLES.items() if str(one) == line.right), "")
    shape = "lock" if line.refused else SHAPES.get(line.action, "pencil")
    text = _text(line)
    given = line.detail.split() if line.action in WITH_RIGHTS else ()
    rights = tuple(RIGHT_TITLES[one] for one in in_order(read_rights(given)))
    return JournalRow(
        line.at, line.last_at, line.person, line.integrator, shape, text, right, line.refused, rights
    )


def _text(line: AuditLine) -> Sentence:
    if line.action == Deed.LOOKED:
        return sentence(NOT_SEEN if line.refused else LOOKED, place=sentence(place_of(line.detail)))
    if line.action == Deed.ACTED:
        return sentence(NOT_DONE if line.refused else ACTED, place=sentence(doing_of(line.detail)))
    if line.refused:
        return sentence(REFUSED_CHANGE if line.action == Deed.CHANGED else REFUSED_GRANT)
    if line.action == Deed.ENDED and line.detail in ENDS:
        return sentence(ENDS[line.detail])
    return sentence(OWN_DEEDS.get(line.action, UNKNOWN_DEED), name=line.detail)


def place_of(address: str) -> str:
    """The text of an address of ours."""
    return _words(PLACES, address) or ELSEWHERE


def doing_of(address: str) -> str:
    """The deed of a press at an address of ours."""
    return _words(DOINGS, address) or DONE_ELSEWHERE


def _words(known: tuple[tuple[str, str], ...], address: str) -> str:
    return next((said for start, said in known if address == start or address.startswith(f"{start}/")), "")
