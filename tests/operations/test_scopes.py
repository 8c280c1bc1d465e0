"""Scopes: the manifest of each edition asks for exactly what the methods used need, by the vendor's documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import get_args

import pytest

import sandbox.world  # noqa: F401 - registers the sandbox's methods
from b24app.backup.entities.entity import PortalShape, Tier, entities_of
from b24app.backup.proofs.watched_events import EVENTS
from b24app.checklist.engine.fact import FACTS
from b24app.factory import load_folders
from b24app.manifest import ROOT, is_granted, read_manifest
from b24app.portals.install import DEAL_CHANGED
from b24app.portals.model import OPEN_PLACES
from b24app.settings import Settings
from b24app.text.offered_languages import WHOLE
from sandbox.bindings import EVENTS as BOUND_EVENTS
from sandbox.bindings import PLACES
from sandbox.rest.registry import METHODS
from tools.used_methods import used_methods

pytestmark = pytest.mark.once

EDITIONS = get_args(Settings.model_fields["edition"].annotation)
NOT_METHODS = {
    "access.access_token", "access.refresh_token", "app.css", "app.js", "calendar.toml", "disk.seen", "documentgenerator.role", "event.test", "landing.role",
    "task.checklist", "task.elapsed", "task.results",
}  # fmt: skip
"""Texts of the code that look like methods of a documented family and are none."""
BOTH = {"userfieldconfig.list"}
"""Its page names its own scope and that of the module whose fields are asked for."""
HOW = "not in sandbox/rest/documented_scopes.tsv: run tools/documented_scopes.py, or name it in NOT_METHODS"


@dataclass(frozen=True, slots=True)
class Documented:
    method: str
    scopes: frozenset[str]
    section: frozenset[str]


def _lines() -> list[str]:
    return (ROOT / "sandbox/rest/documented_scopes.tsv").read_text(encoding="utf-8").splitlines()


def documented() -> Iterator[Documented]:
    for line in _lines()[2:]:
        method, scopes, section, _page = line.split("\t")
        yield Documented(method.lower(), frozenset(scopes.split()), frozenset(section.split()))


def named_in_code() -> set[str]:
    return set(used_methods(_lines()[1].removeprefix("# ").split()))


def used() -> list[Documented]:
    names = named_in_code() - NOT_METHODS
    return [one for one in documented() if any(fnmatchcase(one.method, name) for name in names)]


def test_every_method_in_the_code_is_documented() -> None:
    known = {one.method for one in documented()}
    unknown = {name for name in named_in_code() if not any(fnmatchcase(one, name) for one in known)}
    assert unknown - NOT_METHODS == set(), HOW
    assert unknown >= NOT_METHODS, "one of these is not in the code any more"


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_method_goes_without_its_scope(edition: str) -> None:
    asked = {code for one in read_manifest(edition).permissions for code in (one.code, *one.same)}
    assert {one.method: one.scopes for one in used() if one.scopes and not one.scopes & asked} == {}


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_scope_stands_without_a_method(edition: str) -> None:
    needed = {scope for one in used() for scope in one.scopes}
    sections = {scope for one in used() for scope in one.section}
    asked = read_manifest(edition).permissions
    staying = {one.code for one in asked if one.stays}
    assert {one.code for one in asked if needed.isdisjoint({one.code, *one.same})} == staying
    assert sections >= staying, "what no method's page names is named by the page of its section"


def test_people_are_read_by_the_least_of_the_three_scopes() -> None:
    """user_brief has no contacts; the wider ones are in no card, and no method of ours needs them."""
    for edition in EDITIONS:
        assert {"user", "user_basic"}.isdisjoint(read_manifest(edition).scopes)
    assert [
        one.method for one in used() if one.scopes & {"user", "user_basic"} and "user_brief" not in one.scopes
    ] == []


def test_every_event_and_widget_that_is_bound_needs_no_other_scope() -> None:
    lines = (ROOT / "sandbox/rest/documented_bindings.tsv").read_text(encoding="utf-8").splitlines()[1:]
    known = {name: set(scopes.split()) for name, scopes, _page in (line.split("\t") for line in lines)}
    manifest = read_manifest()
    bound = {*manifest.events, *manifest.placements, *EVENTS, DEAL_CHANGED}
    assert bound - known.keys() == {"ONAPPTEST"}, (
        "described with event.test alone: run tools/documented_scopes.py"
    )
    for edition in EDITIONS:
        asked = {code for one in read_manifest(edition).permissions for code in (one.code, *one.same)}
        assert {name: known[name] for name in bound & known.keys() if known[name] - asked} == {}
    sandbox = {**BOUND_EVENTS, **{name: f"placement {place.scope}" for name, place in PLACES.items()}}
    assert {name: sandbox[name] for name in known if set(sandbox[name].split()) != known[name]} == {}
    assert set[str]().union(*(known[name] for name in manifest.placements)) == OPEN_PLACES


def test_entities_and_facts_name_a_scope_of_their_method() -> None:
    load_folders()
    by_method = {one.method: one.scopes for one in documented()}
    shape = PortalShape(frozenset(), {128: ""}, (1,), (1,), file_fields={2: ("f",)})
    named = [(one.method, (one.scope,)) for one in entities_of(shape, *Tier)]
    named += [(method, spec.scopes) for spec in FACTS.values() for method in spec.methods]
    for method, scopes in named:
        known = by_method.get(method.lower(), frozenset())
        assert not any(scopes) or any(is_granted(scope, known) for scope in scopes), (method, scopes, known)
    told = {spec.scopes[0] for spec in FACTS.values() if spec.scopes}
    assert told <= set(read_manifest().scopes), (
        "the first of several is the one that a person is told to grant"
    )


def test_the_sandbox_asks_for_the_documented_scopes() -> None:
    for one in documented():
        if (known := METHODS.get(one.method)) is None:
            continue
        asked = set(filter(None, known.scope.split("|")))
        assert bool(asked) is bool(one.scopes), one.method
        assert asked <= one.scopes if one.method in BOTH else asked >= one.scopes, one.method


def test_every_permission_says_what_for_in_every_language_and_edition_known() -> None:
    for edition in EDITIONS:
        manifest = read_manifest(edition)
        assert list(manifest.scopes) == sorted(set(manifest.scopes))
        assert len({one.why["ru"] for one in manifest.permissions}) == len(manifest.permissions)
        assert all(one.why.keys() == set(WHOLE) for one in manifest.permissions)
    assert read_manifest("none").permissions == ()
