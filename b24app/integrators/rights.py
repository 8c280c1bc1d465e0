"""Rights that a client may give to an integrator, and which of them a role of the integrator's own people may use. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from b24app.text.messages import N_


class Right(StrEnum):
    """What a client's administrator gives, one by one; the value is stored."""

    TERMS = "see_terms"
    CHECKS = "see_checks"
    RUN = "run_checks"
    CASE = "act_in_case"
    PAPERS = "papers"
    CHANGES = "see_changes"
    COPY = "start_copy"
    RESTORE = "prepare_restore"


class MemberRole(StrEnum):
    """What a person of the integrator's portal does with its clients; the value is stored."""

    OWNER = "owner"
    MANAGER = "manager"
    ENGINEER = "engineer"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"


RIGHT_TITLES = {
    Right.TERMS: N_("See terms"),
    Right.CHECKS: N_("See checks"),
    Right.RUN: N_("Run checks"),
    Right.CASE: N_("Act in the renewal"),
    Right.PAPERS: N_("See papers and sums"),
    Right.CHANGES: N_("See changes of settings"),
    Right.COPY: N_("Start a copy"),
    Right.RESTORE: N_("Prepare a restore"),
}
RIGHT_HINTS = {
    Right.TERMS: N_("When each paid period ends, by which day to pay, and the plan"),
    Right.CHECKS: N_("What the checks found: names of settings, pipelines, pay systems and employees"),
    Right.RUN: N_("Ask the portal again; nothing is changed in it"),
    Right.CASE: N_("Mark stages, set days and people, answer questions, enter the end of a term"),
    Right.PAPERS: N_("Invoices, acts and other files of the renewal, prices and sums"),
    Right.CHANGES: N_("What was changed in the settings, when and by whom"),
    Right.COPY: N_("Into the client’s storage, sealed with the client’s key; the integrator cannot read it"),
    Right.RESTORE: N_("Choose what to put back; only the client’s administrator presses the button"),
}
NEEDS = {
    Right.RUN: Right.CHECKS,
    Right.CASE: Right.TERMS,
    Right.PAPERS: Right.TERMS,
    Right.RESTORE: Right.CHANGES,
}
"""A right that is of no use without another one."""

ROLE_TITLES = {
    MemberRole.OWNER: N_("Owner"),
    MemberRole.MANAGER: N_("Manager"),
    MemberRole.ENGINEER: N_("Engineer"),
    MemberRole.ACCOUNTANT: N_("Accountant"),
    MemberRole.VIEWER: N_("Viewer"),
}
ROLE_HINTS = {
    MemberRole.OWNER: N_("Everything, and who works with clients"),
    MemberRole.MANAGER: N_(
        "Everything of own clients and own groups: terms, renewal, papers, checks, changes, copies, restores; and "
        "invitations"
    ),
    MemberRole.ENGINEER: N_(
        "Terms, checks, changes, copies and restores of all clients; no papers and sums, nothing done in the renewal"
    ),
    MemberRole.ACCOUNTANT: N_("Terms, papers and sums of all clients"),
    MemberRole.VIEWER: N_("Sees terms, checks and changes of all clients, changes nothing"),
}
ROLE_RIGHTS = {
    MemberRole.OWNER: frozenset(Right),
    MemberRole.MANAGER: frozenset(Right),
    MemberRole.ENGINEER: frozenset(Right) - {Right.PAPERS, Right.CASE},
    MemberRole.ACCOUNTANT: frozenset({Right.TERMS, Right.PAPERS}),
    MemberRole.VIEWER: frozenset({Right.TERMS, Right.CHECKS, Right.CHANGES}),
}
NARROW = frozenset({MemberRole.MANAGER})
"""Roles that see their own clients and groups alone."""

INVITES = frozenset({MemberRole.OWNER, MemberRole.MANAGER})
"""Roles that ask clients for consent."""


def read_rights(codes: Iterable[object]) -> frozenset[Right]:
    """The rights among stored or sent codes; a code that is unknown to this release gives nothing."""
    known = {str(right): right for right in Right}
    return whole(known[code] for code in codes if isinstance(code, str) and code in known)


def whole(rights: Iterable[Right]) -> frozenset[Right]:
    """These rights without those that need a missing one: nobody runs checks that he may not see."""
    given = frozenset(rights)
    return frozenset(right for right in given if NEEDS.get(right, right) in given)


def in_order(rights: Iterable[Right]) -> tuple[Right, ...]:
    """Rights in the order in which they are shown and stored."""
    given = frozenset(rights)
    return tuple(right for right in Right if right in given)
